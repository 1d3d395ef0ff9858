import { AuthError, ConnectionError } from "@dingtalk-kit/protocol";
import type { StreamStatus } from "@dingtalk-kit/stream";
import { expect, test } from "vitest";

import { createStatusReporter } from "../src/stream-status.ts";

const status: StreamStatus = {
  state: "connecting",
  attempt: 0,
  lastError: undefined,
  connectedAtMs: undefined,
  lastReceivedAtMs: undefined,
  reconnects: 0,
  alert: undefined,
};

function report(...changes: readonly Partial<StreamStatus>[]): readonly object[] {
  const patches: object[] = [];
  const reporter = createStatusReporter((patch) => patches.push(patch));
  for (const change of changes) reporter({ ...status, ...change });
  return patches;
}

test("follows a connection from its start over a loss to the next one", () => {
  const lost = new ConnectionError("gone", { stage: "connect.websocket" });
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
    { connected: false, lifecycle: "recovering", lastError: "gone", lastDisconnect: { error: "gone" } },
    { lifecycle: "recovering", reconnectAttempts: 1 },
    { connected: true, reconnectAttempts: 1, lastError: null },
  ]);
  expect(patches[3]).not.toHaveProperty("lastDisconnect");
});

test("shows refused credentials as blocked, so that the host leaves the account alone", () => {
  const lastError = new AuthError("refused", { status: 401 });
  expect(report({ state: "retrying", attempt: 1, lastError, alert: "refused for good" })).toMatchObject([
    { lifecycle: "blocked", lastError: "refused for good" },
  ]);
});
