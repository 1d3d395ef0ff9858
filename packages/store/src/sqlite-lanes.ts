import type { ClaimedMessage, LaneStore, Ports } from "@dingtalk-kit/protocol";

import { parseClaimId } from "./claim-id.ts";
import type { Claims } from "./claims.ts";
import type { Input } from "./database/group-commit.ts";
import type { ResolvedStoreOptions } from "./options.ts";
import { retryDelayMs } from "./retry-delay.ts";
import type { WorkerConnection } from "./worker-connection.ts";

type How<K extends "end" | "putBack"> = Omit<Input<K>, "seq" | "fence" | "nowMs">;

export function createLanes(
  connection: WorkerConnection,
  options: ResolvedStoreOptions,
  ports: Ports,
  claims: Claims,
): LaneStore {
  const { clock } = ports;
  const end = async (claimed: ClaimedMessage, how: How<"end">): Promise<boolean> => {
    const claim = parseClaimId(claimed.claim);
    const holds = await connection.call("end", { ...claim, ...how, nowMs: clock.nowMs() });
    claims.ended(claimed.claim);
    return holds;
  };
  const putBack = async (claimed: ClaimedMessage, how: How<"putBack">): Promise<boolean> => {
    const claim = parseClaimId(claimed.claim);
    const holds = await connection.call("putBack", { ...claim, ...how, nowMs: clock.nowMs() });
    claims.ended(claimed.claim);
    return holds;
  };
  return {
    async append({ robotCode, messageId, lane, sender, body }) {
      const message = { robotCode, messageId, lane, sender, body: JSON.stringify(body) };
      const result = await connection.call("append", { message, nowMs: clock.nowMs() });
      if (result.kind === "appended") claims.changed();
      return result;
    },
    claim: (limit, claimOptions) => claims.claim(limit, claimOptions),
    finish: (claimed) => end(claimed, { state: "done" }),
    async retry(claimed, { reason, delayMs, countsAsAttempt = true }) {
      if (countsAsAttempt && claimed.attempt >= options.maxAttempts) return { kind: "exhausted" };
      const delay = Math.ceil(delayMs ?? retryDelayMs(claimed.attempt, options, ports.random()));
      const readyAtMs = clock.nowMs() + delay;
      const holds = await putBack(claimed, { delayMs: delay, reason, countsAsAttempt });
      return holds ? { kind: "waiting", readyAtMs } : { kind: "lost" };
    },
    release: (claimed) => putBack(claimed, { delayMs: 0, countsAsAttempt: false }),
    deadLetter: (claimed, reason) => end(claimed, { state: "dead", reason }),
    async drop({ robotCode, messageId }, reason) {
      const key = { robotCode, messageId };
      const result = await connection.call("drop", { key, reason, nowMs: clock.nowMs() });
      if (result === "dropped") claims.changed();
      return result;
    },
    dropWaiting: (lane, reason) => connection.call("dropWaiting", { lane, reason, nowMs: clock.nowMs() }),
    drain: (budgetMs) => claims.drain(budgetMs),
  };
}
