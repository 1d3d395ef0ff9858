import { asNumber } from "./wire-value.ts";

/**
 * The length of a recording in milliseconds.
 *
 * DingTalk's documents disagree on the unit: one shows 4000 (milliseconds), another "5" (seconds). From 1000 on we
 * read milliseconds: nobody sends a voice message of 17 minutes.
 */
export function readDurationMs(value: unknown): number | undefined {
  const duration = asNumber(value);
  if (duration === undefined || duration < 0) return undefined;
  return duration >= 1000 ? duration : duration * 1000;
}
