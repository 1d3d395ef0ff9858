import type { MessageKey, ReplyEnd, StatePort } from "@dingtalk-kit/protocol";

import { loadRecord, MAX_STEPS, storeRecord } from "./turn-record.ts";
import type { TurnRecord, TurnStep } from "./turn-record.ts";

/**
 * Forgets how far the reply of a message has got, before the message gets another life: its next turn begins anew, in a
 * card of its own. What happened to it stays. Not while its turn runs.
 *
 * @throws what the state throws.
 */
export function forgetReply(state: StatePort, key: MessageKey, step: TurnStep): Promise<void> {
  const nothing = { outTrackId: undefined, end: undefined, messages: undefined, outcome: undefined };
  return mend(state, key, step, nothing);
}

/**
 * Decides the last words of a message that waits: its next turn shows them, in the card that an earlier one left open, and
 * asks nobody. Not while its turn runs.
 *
 * @throws what the state throws.
 */
export function decideEnd(
  state: StatePort,
  key: MessageKey,
  step: TurnStep,
  end: { readonly text: string; readonly state: ReplyEnd },
): Promise<void> {
  return mend(state, key, step, { end, messages: undefined });
}

/** A record that is not there needs no mending; one that somebody else has changed meanwhile is read again. */
async function mend(
  state: StatePort,
  key: MessageKey,
  step: TurnStep,
  patch: Partial<TurnRecord>,
): Promise<void> {
  for (;;) {
    const stored = await loadRecord(state, key);
    if (stored === undefined) return;
    const { record, version, expiresAtMs } = stored;
    const steps = [...record.steps, step].slice(-MAX_STEPS);
    const mended = { ...record, ...patch, steps };
    const written = await storeRecord(state, key, { record: mended, expectedVersion: version, expiresAtMs });
    if (written !== undefined) return;
  }
}
