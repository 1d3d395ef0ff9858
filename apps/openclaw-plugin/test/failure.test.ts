import { ApiError, AuthError, ConnectionError, PermissionError, silentLogger } from "@dingtalk-kit/protocol";
import { StoreError } from "@dingtalk-kit/store";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import type { DingTalkAccount } from "../src/accounts.ts";
import { describeFailure, failureLine } from "../src/failure.ts";
import { probeAccount } from "../src/probe.ts";
import { createServices } from "../src/services.ts";
import { shortLine } from "../src/short-line.ts";

test("names stage, cause and next step of each kind of failure", () => {
  const auth = new AuthError("DingTalk refused the credentials", { status: 400, stage: "token" });
  expect(describeFailure(auth)).toMatchObject({
    stage: "token",
    next: expect.stringContaining("clientSecret"),
  });
  const refused = new ConnectionError("upgrade refused", { stage: "connect.websocket" });
  const socket = new ConnectionError("[connect.websocket] upgrade refused, and all of it for the log", {
    stage: "connect.websocket",
    cause: refused,
  });
  expect(failureLine(socket)).toContain(
    "stage=connect.websocket: upgrade refused Next: allow wss-open-connection",
  );
  const scopes = new PermissionError("no", { status: 403, requiredScopes: ["Card.Streaming.Write"] });
  expect(describeFailure(scopes).cause).toContain("Card.Streaming.Write");
  expect(describeFailure(new ApiError("busy", { status: 500 })).next).toContain("DingTalk's own message");
});

test.for([
  ["invalidStaffIdList", "compare the staff id"],
  ["flowControlledStaffIdList", "wait before you send to this person again"],
] as const)("says what to do about a person in %s", ([platformCode, next]) => {
  const message = `DingTalk did not send to user ann: no (${platformCode})`;
  const error = new ApiError(message, { status: 200, platformCode, stage: "http" });
  expect(failureLine(error)).toBe(`stage=http: ${message} Next: ${describeFailure(error).next}`);
  expect(describeFailure(error).next).toContain(next);
});

test("has a line for anything that is thrown, without secrets and line breaks", () => {
  const line = failureLine(new Error("bad\n\nthing at https://x.test/?access_token=abcdefghijklmnop"));
  expect(line).toMatch(/^stage=internal: bad thing/);
  expect(line).not.toContain("abcdefghijklmnop");
  expect(failureLine("text")).toContain("text");
});

const OPEN = "/v1.0/gateway/connections/open";

function accountOf(
  { app, endpoints }: Simulator,
  more: Readonly<Record<string, unknown>> = {},
): DingTalkAccount {
  const { clientId, clientSecret } = app;
  return resolveAccount({ channels: { dingtalk: { clientId, clientSecret, endpoints, ...more } } });
}

/** No two runs of five words are the same. */
function repeats(line: string): boolean {
  const words = line.split(/\s+/);
  const runs = words.slice(4).map((_, at) => words.slice(at, at + 5).join(" "));
  return new Set(runs).size < runs.length;
}

test("says of every failed probe what, where and the next step, each once, in 300 characters", async () => {
  await using simulator = await openSimulator();
  const code = "invalidParameter.ua.invalid";
  const message = `${code}: ${Array.from({ length: 99 }, (_, n) => `reason${n}`).join(" ")}`;
  simulator.failNext(OPEN, { status: 400, body: { code, message, requestid: "8A6C" } });
  const lines: (string | undefined)[] = [];
  const probe = async (more = {}): Promise<void> => {
    const account = accountOf(simulator, more);
    lines.push((await probeAccount(account, 2_000)).error);
  };
  await probe();
  simulator.failNext(OPEN, { status: 503, body: { code: "ServiceUnavailable", message: "busy" } });
  await probe();
  await probe({ clientSecret: "wrong" });
  await probe({ endpoints: { api: "http://api.dingtalk.invalid" }, proxy: "none" });
  expect(lines).toEqual([
    expect.stringMatching(
      /^stage=connect\.open: DingTalk refused POST .* Next: on open-dev.*published version/,
    ),
    expect.stringMatching(/^stage=connect\.open: .*HTTP 503 ServiceUnavailable busy .*Next: wait: /),
    expect.stringMatching(/^stage=token: .*POST \/v1\.0\/oauth2\/accessToken.* Next: check clientId/),
    expect.stringMatching(/^stage=token: .*api\.dingtalk\.invalid.* Next: check the name server/),
  ]);
  for (const line of lines) {
    expect(line?.length).toBeLessThanOrEqual(300);
    expect(repeats(line ?? "")).toBe(false);
  }
  expect(lines[0]?.split(code)).toHaveLength(2);
});

test("tells a missing permission and its remedy once", async () => {
  await using simulator = await openSimulator({ app: { scopes: [] } });
  await using services = createServices(accountOf(simulator), silentLogger);
  const target = { kind: "user", staffId: "a" } as const;
  const error: unknown = await services.api.robot
    .send(target, { kind: "text", text: "hi" })
    .catch((e: unknown) => e);
  const line = failureLine(error);
  expect(line).toMatch(/^stage=http: DingTalk refused POST .* Next: tick the missing permission .*publish/);
  expect(line.match(/publish/g)).toHaveLength(1);
  expect(line.match(/open-dev/g)).toHaveLength(1);
  expect(line).toContain("qyapi_robot_sendmsg");
});

test("keeps the next step whole however long the rest is", () => {
  const error = new StoreError("corrupt", {
    file: `/var/${"deep/".repeat(100)}inbox.db`,
    detail: "malformed",
  });
  const line = failureLine(error);
  expect(line.length).toBeLessThanOrEqual(300);
  expect(line).toMatch(/^stage=store: .*… Next: do what it says/);
  const long = `config: ${"clientId: is missing; ".repeat(30)}`;
  expect(shortLine(`${long}Next: set clientId`)).toMatch(/^config: clientId.*… Next: set clientId$/);
  expect(shortLine(long)).toMatch(/… Next: see the gateway's log/);
  expect(shortLine("config: short")).toBe("config: short");
});
