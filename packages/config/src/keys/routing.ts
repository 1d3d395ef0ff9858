import { z } from "zod";

import type { RoutingSettings } from "../account-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { text } from "./value-schemas.ts";

/** Which agent answers, and in which session. */
export const routingKeys: KeySchemas<RoutingSettings> = {
  defaultAgent: text.optional().meta(
    about("Default agent", "Id of the agent that answers where nothing more special names one.", {
      advanced: true,
    }),
  ),
  groupDefaultAgent: text.optional().meta(
    about("Default agent in groups", "The same for groups; `defaultAgent` when absent.", {
      advanced: true,
    }),
  ),
  keywordRoutes: z
    .record(
      z.string(),
      z.union([
        text,
        z
          .object({ agent: text, in: z.enum(["direct", "group"]).optional() })
          .meta({ allowed: 'an object ({ agent, in: "direct" or "group" })' }),
      ]),
    )
    .default({})
    .meta(
      about(
        "Keyword routes",
        'Words, Chinese or English, and the agents that messages with them go to: `{ "报表": "reporting" }`, or `{ agent, in: "group" }`.',
        { advanced: true },
      ),
    ),
  groupSessionScope: z
    .enum(["group", "group_sender"])
    .default("group")
    .meta(
      about(
        "Sessions in groups",
        "`group`: one session for everybody in a group. `group_sender`: one for each person in it.",
        { advanced: true },
      ),
    ),
};
