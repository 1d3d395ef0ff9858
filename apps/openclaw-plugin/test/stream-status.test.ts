import { AuthError, ConnectionError } from "@dingtalk-kit/protocol";
import type { StreamStatus } from "@dingtalk-kit/stream";
import { expect, test } from "vitest";

import { connectionFacts, createStatusReporter, gapIssues } from "../src/stream-status.ts";

const status: StreamStatus = {
  state: "connecting",
  attempt: 0,
  lastError: undefined,
  connectedAtMs: undefined,
  lastReceivedAtMs: undefined,
  reconnects: 0,
  alert: undefined,
  downSinceMs: undefined,
  gaps: [],
};

function report(...changes: readonly Partial<StreamStatus>[]): readonly object[] {
  const patches: object[] = [];
  const reporter = createStatusReporter((patch) => patches.push(patch));
  for (const change of changes) reporter({ ...status, ...change });
  return patches;
}

test("follows a connection from its start over a loss to the next one", () => {
  const lost = new ConnectionError("gone", { stage: "connect.websocket" });
  const line = expect.stringMatching(
    /^stage=connect\.websocket: gone Next: nothing to do, it connects again/,
  );
  const patches = report(
    {},
    { state: "connected", connectedAtMs: 1, lastReceivedAtMs: 2 },
    { state: "retrying", attempt: 1, lastError: lost },
    { state: "connecting", attempt: 1, lastError: lost },
    { state: "connected", connectedAtMs: 3, reconnects: 1 },
  );
  expect(patches).toMatchObject([
    { connected: false, lifecycle: "starting" },
    { connected: true, lifecycle: "ready", lastConnectedAt: 1, lastTransportActivityAt: 2, lastError: null },
    { connected: false, lifecycle: "recovering", lastError: line, lastDisconnect: { error: line } },
    { lifecycle: "recovering", reconnectAttempts: 1 },
    { connected: true, reconnectAttempts: 1, lastError: null },
  ]);
  expect(patches[3]).not.toHaveProperty("lastDisconnect");
});

test("shows refused credentials as blocked, so that the host leaves the account alone", () => {
  const lastError = new AuthError("refused", { status: 401 });
  expect(report({ state: "retrying", attempt: 1, lastError, alert: "refused for good" })).toMatchObject([
    {
      lifecycle: "blocked",
      lastError: expect.stringMatching(/^stage=http: refused Next: check clientId and clientSecret/),
    },
  ]);
});

test("says of a link that stays down how often it was tried, where it fails and what to do, in 300 characters", () => {
  const refused = new ConnectionError(`could not connect to ${"10.0.0.1:443, ".repeat(30)}(tcp)`, {
    stage: "tcp",
  });
  const message = `[DingTalk][ConnectionError][connect.open] ${refused.message} and a hint, all of it for the log`;
  const lastError = new ConnectionError(message, { stage: "connect.open", cause: refused });
  const [patch] = report({ state: "retrying", attempt: 10, lastError, alert: `after 10: ${message}` });
  const line: unknown = patch && Reflect.get(patch, "lastError");
  expect(line).toMatch(
    /^no stable connection after 10 attempts in a row; stage=connect\.open: could not .*… Next: check firewall/,
  );
  expect(String(line).length).toBeLessThanOrEqual(300);
});

test("publishes how often it reconnected, since when it is down, and every gap", () => {
  const gap = { startedAtMs: 1_000, endedAtMs: 76_000, durationMs: 75_000 };
  const patches = report(
    { state: "retrying", attempt: 2, downSinceMs: 1_000 },
    { state: "connected", connectedAtMs: 76_000, lastReceivedAtMs: 76_500, reconnects: 3, gaps: [gap] },
  );
  expect(patches).toMatchObject([
    { downSinceMs: 1_000, reconnects: 0, reconnectAttempts: 2, gaps: [] },
    { downSinceMs: null, reconnects: 3, lastTransportActivityAt: 76_500, gaps: [gap] },
  ]);
  const snapshot = { accountId: "sales", ...patches[1] };
  expect(connectionFacts(snapshot)).toEqual({ downSinceMs: null, reconnects: 3, gaps: [gap] });
  expect(connectionFacts(undefined)).toEqual({});
  expect(gapIssues([snapshot, { accountId: "quiet" }], 80_000)).toEqual([
    {
      channel: "dingtalk",
      accountId: "sales",
      kind: "runtime",
      message:
        "no connection to DingTalk for 75.0 s, from 1970-01-01T00:00:01.000Z to 1970-01-01T00:01:16.000Z: messages of that time may be lost",
    },
  ]);
  expect(gapIssues([snapshot], 76_000 + 3_600_000)).toEqual([]);
});
