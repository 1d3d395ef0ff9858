import { z } from "zod";

import type { GroupSettings } from "../account-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { ids, text } from "./value-schemas.ts";

const groupKeys: KeySchemas<GroupSettings> = {
  enabled: z.boolean().default(true).meta(about("Enabled", "Whether the robot answers there.")),
  requireMention: z
    .boolean()
    .optional()
    .meta(about("Mention needed", "Instead of the account's `requireMention`.")),
  allowFrom: ids
    .optional()
    .meta(
      about(
        "Allowed people",
        "Staff ids that may use the robot there; when absent, `groupAllowFrom`, or everybody in it.",
      ),
    ),
  agent: text.optional().meta(about("Agent", "The agent that answers there when no keyword matches.")),
  systemPrompt: text
    .optional()
    .meta(about("System prompt", "What the agent is told besides, in this group.")),
  messageType: z
    .enum(["markdown", "card"])
    .optional()
    .meta(about("Reply as", "Instead of the account's `messageType`.")),
  sessionScope: z
    .enum(["group", "group_sender"])
    .optional()
    .meta(about("Sessions", "Instead of the account's `groupSessionScope`.")),
};

/** One entry of `groups`. What else stands in it is not ours, such as `tools` of the host. */
export const groupEntry: z.ZodObject<KeySchemas<GroupSettings>> = z.object(groupKeys);
