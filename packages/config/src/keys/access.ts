import { z } from "zod";

import type { AccessSettings } from "../account-settings.ts";
import { groupEntry } from "./group-entry.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { ids } from "./value-schemas.ts";

/** Who may talk to the robot, and where. */
export const accessKeys: KeySchemas<AccessSettings> = {
  dmPolicy: z
    .enum(["pairing", "allowlist", "open", "disabled"])
    .default("pairing")
    .meta(
      about(
        "Who may write in 1:1 chats",
        '`pairing`: strangers get a code that you approve. `allowlist`: only `allowFrom`. `open`: also needs `"*"` in `allowFrom`.',
        { setup: true },
      ),
    ),
  allowFrom: ids.default([]).meta(
    about("Allowed people", 'Staff ids that may write in 1:1 chats, or `"*"`. An empty list means nobody.', {
      setup: true,
    }),
  ),
  groupPolicy: z
    .enum(["allowlist", "open", "disabled"])
    .default("allowlist")
    .meta(
      about(
        "Groups",
        "`allowlist`: only the groups in `groups`, or the people in `groupAllowFrom`. `open`: every group that has the robot.",
        { setup: true },
      ),
    ),
  groupAllowFrom: ids
    .optional()
    .meta(
      about(
        "Allowed people in groups",
        'Staff ids that may use the robot in groups, or `"*"`. People: a group found here (`cid…`) counts as listed under `groups`.',
      ),
    ),
  groups: z
    .record(z.string(), groupEntry)
    .optional()
    .meta(
      about(
        "Group settings",
        "By conversation id (`cid…`), or `*` for all groups: it holds for what a group's own entry does not say.",
      ),
    ),
  requireMention: z
    .boolean()
    .default(true)
    .meta(about("Mention needed", "Whether the robot must be @mentioned in groups.")),
  respondToMentions: z
    .boolean()
    .default(true)
    .meta(about("Answer mentions", "Whether a mention in a group is answered.", { advanced: true })),
  respondToPrivate: z
    .boolean()
    .default(true)
    .meta(about("Answer 1:1 chats", "Whether 1:1 chats are answered.", { advanced: true })),
  respondToEverybody: z
    .boolean()
    .default(false)
    .meta(
      about("Answer @everybody", "Whether a message to everybody (@所有人) counts as one to the robot.", {
        advanced: true,
      }),
    ),
  allowBots: z
    .boolean()
    .default(false)
    .meta(
      about(
        "Answer robots",
        "Whether other robots are answered. They need to be let in like people. DingTalk does not mark robots: known are those of your other accounts, see `chatbotUserId`.",
        { advanced: true },
      ),
    ),
  ownerAllowFrom: ids
    .default([])
    .meta(
      about(
        "Owners",
        "Staff ids that may command in every conversation that lets them in. Being an owner does not let in. Where OpenClaw's `commands.ownerAllowFrom` is set, it asks for a name there as well.",
        { advanced: true },
      ),
    ),
  commandAllowFrom: ids
    .optional()
    .meta(
      about(
        "Command rights",
        "Staff ids that may use control commands such as `/stop`; when absent, whoever the lists name.",
        { advanced: true },
      ),
    ),
};
