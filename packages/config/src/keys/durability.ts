import { z } from "zod";

import type { DurabilitySettings } from "../service-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";

const advanced = { advanced: true };
const days = (standard: number): z.ZodDefault<z.ZodNumber> => z.number().min(0).max(3650).default(standard);

/** What happens to messages when things go wrong, and what is kept of them. */
export const durabilityKeys: KeySchemas<DurabilitySettings> = {
  turnTimeoutMs: z
    .int()
    .min(10_000)
    .max(86_400_000)
    .default(600_000)
    .meta(
      about(
        "Longest turn",
        "Milliseconds after which an agent that hangs is ended with a visible reason.",
        advanced,
      ),
    ),
  maxConcurrentTurns: z
    .int()
    .min(1)
    .max(100)
    .default(8)
    .meta(about("Turns at once", "How many conversations are answered side by side.", advanced)),
  maxQueuedPerConversation: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .meta(about("Waiting messages", "How many may wait in one conversation.", advanced)),
  repeatUncertain: z
    .boolean()
    .default(true)
    .meta(
      about(
        "Repeat after a crash",
        "Whether a plain message that may have been sent before a crash is sent again rather than lost.",
        advanced,
      ),
    ),
  retention: z
    .object({
      doneDays: days(7).meta(about("Answered messages", "Days for which their record is kept.")),
      deadDays: days(30).meta(about("Failed messages", "Days for which they can be looked at and repeated.")),
      textDays: days(7).meta(about("Message text", "Days for which the text of messages is kept.")),
    })
    .prefault({})
    .meta(about("Retention", "For how many days messages are kept on disk.", advanced)),
};
