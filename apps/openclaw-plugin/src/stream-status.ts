import type { StreamStatus } from "@dingtalk-kit/stream";

import type { AccountSnapshot } from "./host-types.ts";

/** A connection's state in the host's terms. */
export function toStatusPatch(status: StreamStatus): Omit<AccountSnapshot, "accountId"> {
  const { state, attempt, reconnects, lastError, alert, connectedAtMs, lastReceivedAtMs } = status;
  const connected = state === "connected";
  return {
    connected,
    lifecycle: LIFECYCLE[state],
    reconnectAttempts: connected ? reconnects : attempt,
    lastError: connected ? null : (alert ?? lastError?.message ?? null),
    ...(connectedAtMs !== undefined && { lastConnectedAt: connectedAtMs }),
    ...(lastReceivedAtMs !== undefined && { lastTransportActivityAt: lastReceivedAtMs }),
  };
}

const LIFECYCLE = {
  connecting: "starting",
  connected: "ready",
  retrying: "recovering",
  closed: "stopped",
} as const satisfies Record<StreamStatus["state"], AccountSnapshot["lifecycle"]>;
