import { z } from "zod";

import type { LimitSettings } from "../service-settings.ts";
import type { Allowance, UsageLimit } from "../setting-values.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";

const allowance: z.ZodType<Allowance> = z
  .object({ max: z.number().min(0), perMs: z.number().min(1) })
  .meta({ allowed: "an object ({ max, perMs })" });

const usageLimit: z.ZodType<UsageLimit> = z.object({
  messages: allowance
    .optional()
    .meta(about("Messages", "`max` messages at once, and as many again over each `perMs` milliseconds.")),
  spend: allowance
    .optional()
    .meta(
      about(
        "Spending",
        "`max` tokens that models read and write, in each `perMs` milliseconds; the answer that goes over it still comes.",
      ),
    ),
});

/** How much people, groups and other robots may use up, and who hears about a denial. */
export const limitKeys: KeySchemas<LimitSettings> = {
  limits: z
    .object({
      sender: usageLimit
        .optional()
        .meta(about("For each person", "`messages` and `spend`: `{ max, perMs }`.")),
      group: usageLimit.optional().meta(about("For each group", "`messages` and `spend`: `{ max, perMs }`.")),
    })
    .prefault({})
    .meta(
      about("Limits", "What each person and each group may use up; no limits when absent.", {
        advanced: true,
      }),
    ),
  botLoopProtection: z
    .object({
      enabled: z.boolean().default(true).meta(about("Enabled", "Whether loops are stopped.")),
      maxEventsPerWindow: z.int().min(1).default(20).meta(about("Messages", "How many are too many.")),
      windowSeconds: z.int().min(1).default(60).meta(about("Window", "In so many seconds.")),
      cooldownSeconds: z.int().min(1).default(60).meta(about("Pause", "Seconds the two are kept apart.")),
    })
    .prefault({})
    .meta(
      about(
        "Robot loops",
        "When this robot and another answer each other (`allowBots`). Names and defaults are OpenClaw's.",
        { advanced: true },
      ),
    ),
  denialReplies: z
    .enum(["known", "all", "none"])
    .default("known")
    .meta(
      about(
        "Who hears why there is no answer",
        "`known`: people who may use the robot. `all`: strangers as well. `none`: nobody.",
        { advanced: true },
      ),
    ),
  denialReplyEveryMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(3_600_000)
    .meta(
      about("Pause between denials", "Milliseconds in which a person hears the same reason once.", {
        advanced: true,
      }),
    ),
};
