import type { ClaimedMessage, ClaimOptions, JsonValue, Ports } from "@dingtalk-kit/protocol";

import { formatClaimId } from "./claim-id.ts";
import type { RawClaim } from "./database/operations.ts";
import { createWakeUp } from "./wake-up.ts";
import type { WorkerConnection } from "./worker-connection.ts";

/** Hands out messages, knows who still holds one, and wakes those who wait. */
export interface Claims {
  claim(limit: number, options?: ClaimOptions): Promise<readonly ClaimedMessage[]>;
  /** A message may have become ready. */
  changed(): void;
  /** A claim is over. */
  ended(claim: string): void;
  drain(budgetMs: number): Promise<boolean>;
  close(): void;
}

interface Harvest {
  readonly messages: readonly ClaimedMessage[];
  readonly nextWakeAtMs: number | undefined;
  /** Ask again at once: a message that could not be read made room for the next of its lane. */
  readonly again: boolean;
}

export function createClaims(connection: WorkerConnection, maxAttempts: number, ports: Ports): Claims {
  const { clock } = ports;
  const work = createWakeUp(clock);
  const rest = createWakeUp(clock);
  const held = new Set<string>();
  let asking = 0;
  const closing = new AbortController();
  let handsOut = true;
  const isBusy = (): boolean => held.size + asking > 0;
  const ended = (id: string): void => {
    held.delete(id);
    work.wake();
    rest.wake();
  };

  const ask = async (limit: number, lane: string | undefined): Promise<Harvest> => {
    const nowMs = clock.nowMs();
    const { claims, nextWakeAtMs } = await connection.call("claim", { limit, lane, nowMs });
    const messages: ClaimedMessage[] = [];
    const others: Promise<void>[] = [];
    const stopped = !handsOut;
    for (const raw of claims) {
      const message = readClaim(raw, maxAttempts);
      if (message === undefined) others.push(buryUnreadable(connection, raw, ports));
      else if (stopped) others.push(giveBack(connection, raw, nowMs));
      else messages.push(message);
    }
    for (const message of messages) held.add(message.claim);
    await Promise.all(others);
    return { messages, nextWakeAtMs, again: others.length > 0 };
  };
  return {
    async claim(limit, { signal, wait = true, lane } = {}) {
      for (;;) {
        signal?.throwIfAborted();
        if (!handsOut || limit < 1) return [];
        const seen = work.count;
        asking += 1;
        const { messages, nextWakeAtMs, again } = await ask(limit, lane).finally(() => {
          asking -= 1;
          rest.wake();
        });
        if (messages.length > 0) return messages;
        if (again) continue;
        if (!wait) return [];
        const delayMs = nextWakeAtMs === undefined ? undefined : nextWakeAtMs - clock.nowMs();
        await work.wait(seen, { delayMs, signal });
      }
    },
    changed: () => work.wake(),
    ended,
    async drain(budgetMs) {
      handsOut = false;
      work.wake();
      const budget = new AbortController();
      const limit = clock.after(budgetMs, () => budget.abort());
      const signal = AbortSignal.any([budget.signal, closing.signal]);
      try {
        while (isBusy()) await rest.wait(rest.count, { signal });
      } catch {
        // The budget is spent, or the store was closed meanwhile.
      }
      limit[Symbol.dispose]();
      return !isBusy();
    },
    close() {
      handsOut = false;
      work.wake();
      closing.abort();
    },
  };
}

/** @returns `undefined` when the row's text is gone or is no JSON: a damaged row must not stop the others. */
function readClaim(raw: RawClaim, maxAttempts: number): ClaimedMessage | undefined {
  const { robotCode, messageId, lane, sender, attempt, appendedAtMs } = raw;
  const body = readBody(raw.body);
  if (body === undefined) return undefined;
  const exhausted = attempt > maxAttempts;
  const claim = formatClaimId(raw);
  return { robotCode, messageId, lane, sender, body, attempt, exhausted, appendedAtMs, claim };
}

/** @returns `undefined` when there is no text, or it is no JSON. */
export function readBody(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    const body: JsonValue = JSON.parse(text);
    return body;
  } catch {
    return undefined;
  }
}

async function buryUnreadable(
  connection: WorkerConnection,
  raw: RawClaim,
  { clock, log }: Ports,
): Promise<void> {
  const { seq, fence, robotCode, messageId } = raw;
  log.error("a stored message cannot be read and was set aside", { robotCode, messageId });
  const nowMs = clock.nowMs();
  await connection.call("end", { seq, fence, state: "dead", reason: "unreadable", nowMs });
}

/** Claimed while the lanes were told to stop. */
async function giveBack(connection: WorkerConnection, raw: RawClaim, nowMs: number): Promise<void> {
  const { seq, fence } = raw;
  await connection.call("putBack", { seq, fence, delayMs: 0, countsAsAttempt: false, nowMs });
}
