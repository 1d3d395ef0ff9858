import { z } from "zod";

import type { UpkeepSettings } from "../service-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { text } from "./value-schemas.ts";

/** What the operator sees of an account, and what it may cost. */
export const upkeepKeys: KeySchemas<UpkeepSettings> = {
  alertTo: text
    .optional()
    .meta(
      about(
        "Alerts",
        "Who is told when the connection is down, a message was set aside, or the quota runs out: `user:<staffId>` or `group:<cid…>`.",
        { advanced: true },
      ),
    ),
  quota: z
    .object({
      monthlyLimit: z
        .int()
        .min(1)
        .default(5000)
        .meta(
          about(
            "Calls a month",
            "What the app may use up; DingTalk's standard edition has 5000 for the whole corp.",
          ),
        ),
      warnAt: z
        .array(z.int().min(1).max(100))
        .default([50, 80, 95])
        .meta(about("Warnings", "Per cent of it that are warned of, each once a month.")),
      onExhausted: z
        .enum(["markdown", "silent", "queue"])
        .default("markdown")
        .meta(
          about(
            "When it is used up",
            "`markdown`: no cards and no reactions. `silent`: no answers. `queue`: answers wait for the next month.",
          ),
        ),
    })
    .prefault({})
    .meta(
      about("Monthly quota", "The budget of calls to DingTalk, by calendar month in China.", {
        advanced: true,
      }),
    ),
  debug: z
    .boolean()
    .default(false)
    .meta(
      about("Debug log", "Writes each step to the log. Message text and secrets stay out.", {
        advanced: true,
      }),
    ),
};
