import { z } from "zod";

import type { DurabilitySettings, RetentionSettings } from "../service-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";

const advanced = { advanced: true };

const retentionFields: KeySchemas<RetentionSettings> = {
  doneDays: z
    .int()
    .min(1)
    .max(365)
    .default(7)
    .meta(about("Answered messages", "Days for which they are kept; as long, a duplicate is recognised.")),
  deadDays: z
    .int()
    .min(1)
    .max(365)
    .default(30)
    .meta(about("Failed messages", "Days for which messages are kept that could not be answered.")),
  textDays: z
    .int()
    .min(0)
    .max(365)
    .default(7)
    .meta(about("Message text", "Days for which the text of answered messages is kept.")),
};
const retention: z.ZodType<RetentionSettings> = z.object(retentionFields);

/** What happens to messages when things go wrong, and what is kept of them. */
export const durabilityKeys: KeySchemas<DurabilitySettings> = {
  turnTimeoutMs: z
    .int()
    .min(10_000)
    .max(86_400_000)
    .default(600_000)
    .meta(
      about(
        "Longest silence",
        "Milliseconds without any sign of life from the agent, after which the answer ends with a reason.",
        advanced,
      ),
    ),
  maxConcurrentTurns: z
    .int()
    .min(1)
    .max(100)
    .default(8)
    .meta(
      about(
        "Turns at once",
        "Messages that are worked on side by side, in different conversations.",
        advanced,
      ),
    ),
  maxQueuedPerConversation: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .meta(
      about(
        "Queue",
        "Messages of one conversation that may wait; one more is refused with a sentence.",
        advanced,
      ),
    ),
  repeatUncertain: z
    .boolean()
    .default(true)
    .meta(
      about(
        "Repeat after a crash",
        "Whether a plain message that may have been sent just before a crash is sent again: rather twice than never.",
        advanced,
      ),
    ),
  retention: retention.prefault({}).meta(about("Retention", "For how many days what is kept.", advanced)),
};
