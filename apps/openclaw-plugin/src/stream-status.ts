import type { StreamGap, StreamStatus } from "@dingtalk-kit/stream";

import { failureLine } from "./failure.ts";
import type { AccountSnapshot, StatusIssue } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { shortLine } from "./short-line.ts";

type Patch = Omit<AccountSnapshot, "accountId">;

/** What the host's snapshots have no field for; it keeps and shows them all the same. */
export interface ConnectionFacts {
  /** Connections opened after the first one, rotations included. */
  readonly reconnects: number;
  /** Since when there has been no connection; `null` while there is one. */
  readonly downSinceMs: number | null;
  /** The latest times without a connection, oldest first: messages of that time may be lost. */
  readonly gaps: readonly StreamGap[];
}

/** The facts in what {@link createStatusReporter} published last. */
export function connectionFacts(snapshot: AccountSnapshot | undefined): Partial<ConnectionFacts> {
  const published: (AccountSnapshot & Partial<ConnectionFacts>) | undefined = snapshot;
  const { reconnects, downSinceMs, gaps } = published ?? {};
  return {
    ...(reconnects !== undefined && { reconnects }),
    ...(downSinceMs !== undefined && { downSinceMs }),
    ...(gaps !== undefined && { gaps }),
  };
}

/** Tells the host how a connection fares: keeps what it must remember from one report to the next. */
export function createStatusReporter(
  publish: (patch: Patch & ConnectionFacts) => void,
): (status: StreamStatus) => void {
  let wasConnected = false;
  return (status) => {
    const connected = status.state === "connected";
    const lost = wasConnected && !connected;
    wasConnected = connected;
    const error = connectionProblem(status);
    publish({
      ...toStatusPatch(status),
      // The host gives a lost connection two minutes before it calls the account unhealthy.
      ...(lost && { lastDisconnect: { at: Date.now(), ...(error !== undefined && { error }) } }),
    });
  };
}

/** Why there is no connection, and whether that has been so for long: one line of at most 300 characters. */
function connectionProblem({ attempt, lastError, alert }: StreamStatus): string | undefined {
  if (lastError === undefined) return alert === undefined ? undefined : shortLine(alert);
  const line = failureLine(lastError);
  if (alert === undefined || lastError.code === "DINGTALK_AUTH") return line;
  return shortLine(`no stable connection after ${attempt} attempts in a row; ${line}`);
}

/** A connection's state in the host's terms. */
function toStatusPatch(status: StreamStatus): Patch & ConnectionFacts {
  const { state, attempt, reconnects, connectedAtMs, lastReceivedAtMs } = status;
  const connected = state === "connected";
  return {
    connected,
    lifecycle: lifecycleOf(status),
    reconnectAttempts: connected ? reconnects : attempt,
    reconnects,
    downSinceMs: status.downSinceMs ?? null,
    gaps: status.gaps,
    lastError: connected ? null : (connectionProblem(status) ?? null),
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

/** So long after its end a gap is worth a word to whoever asks for the status. */
const GAP_IS_NEWS_MS = 3_600_000;

/** Gaps of the last hour, in the host's form: what people wrote then may never have come. */
export function gapIssues(snapshots: readonly AccountSnapshot[], nowMs: number): StatusIssue[] {
  return snapshots.flatMap((snapshot) => {
    const { gaps = [] } = connectionFacts(snapshot);
    const recent = gaps.filter(({ endedAtMs }) => nowMs - endedAtMs < GAP_IS_NEWS_MS);
    return recent.map((gap) => ({
      channel: CHANNEL_ID,
      accountId: snapshot.accountId,
      kind: "runtime" as const,
      message: describeGap(gap),
    }));
  });
}

function describeGap({ startedAtMs, endedAtMs, durationMs }: StreamGap): string {
  const [from, to] = [startedAtMs, endedAtMs].map((ms) => new Date(ms).toISOString());
  return `no connection to DingTalk for ${(durationMs / 1000).toFixed(1)} s, from ${from} to ${to}: messages of that time may be lost`;
}
