import type { StreamStatus } from "@dingtalk-kit/stream";

import type { AccountSnapshot } from "./host-types.ts";

type Patch = Omit<AccountSnapshot, "accountId">;

/** Tells the host how a connection fares: keeps what it must remember from one report to the next. */
export function createStatusReporter(publish: (patch: Patch) => void): (status: StreamStatus) => void {
  let wasConnected = false;
  return (status) => {
    const connected = status.state === "connected";
    const lost = wasConnected && !connected;
    wasConnected = connected;
    const error = status.lastError?.message;
    publish({
      ...toStatusPatch(status),
      // The host gives a lost connection two minutes before it calls the account unhealthy.
      ...(lost && { lastDisconnect: { at: Date.now(), ...(error !== undefined && { error }) } }),
    });
  };
}

/** A connection's state in the host's terms. */
function toStatusPatch(status: StreamStatus): Patch {
  const { state, attempt, reconnects, lastError, alert, connectedAtMs, lastReceivedAtMs } = status;
  const connected = state === "connected";
  return {
    connected,
    lifecycle: lifecycleOf(status),
    reconnectAttempts: connected ? reconnects : attempt,
    lastError: connected ? null : (alert ?? lastError?.message ?? null),
    ...(connectedAtMs !== undefined && { lastConnectedAt: connectedAtMs }),
    ...(lastReceivedAtMs !== undefined && { lastTransportActivityAt: lastReceivedAtMs }),
  };
}

function lifecycleOf({
  state,
  attempt,
  reconnects,
  lastError,
}: StreamStatus): NonNullable<Patch["lifecycle"]> {
  if (state === "connected") return "ready";
  if (state === "closed") return "stopped";
  // Blocked: the host leaves the account alone. It is tried again slowly all the same, in case the app is mended.
  if (lastError?.code === "DINGTALK_AUTH") return "blocked";
  return attempt === 0 && reconnects === 0 ? "starting" : "recovering";
}
