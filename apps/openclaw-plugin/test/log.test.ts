import { expect, test } from "vitest";

import { createHostLogger } from "../src/log.ts";

function createSink(): { lines: string[]; sink: Parameters<typeof createHostLogger>[0] } {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (line: string): void =>
      void lines.push(`${level} ${line}`);
  return { lines, sink: { info: at("info"), warn: at("warn"), error: at("error"), debug: at("debug") } };
}

test("writes one line with the account and the fields, secrets hidden", () => {
  const { lines, sink } = createSink();
  const log = createHostLogger(sink, { accountId: "sales", debug: false });
  log
    .child({ stage: "token" })
    .warn("refused", { clientSecret: "hunter2", status: 400, reason: "not now", absent: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^warn \[sales\] refused stage=token clientSecret=\S+ status=400 reason="not now"$/,
  );
  expect(lines[0]).not.toContain("hunter2");
});

test("shows debug lines at the default level only when asked to", () => {
  const { lines, sink } = createSink();
  createHostLogger(sink, { accountId: "a", debug: false }).debug("x");
  createHostLogger(sink, { accountId: "a", debug: true }).debug("y");
  expect(lines).toEqual(["debug [a] x", "info [a] y"]);
});

const REFUSED = {
  stage: "connect.open",
  endpoint: "https://api.dingtalk.com/v1.0/gateway/connections/open",
  status: 401,
  code: "authFailed",
};
const HINT = "DingTalk refused the credentials: compare client id and client secret.";
const MESSAGE = `Failed to establish connection: [DingTalk][ConnectionError][connect.open] endpoint=${REFUSED.endpoint} status=401 code=authFailed ${HINT}`;
const FIELDS = {
  ...REFUSED,
  payload: { code: "authFailed" },
  hint: HINT,
  attempt: 1,
  retryInMs: 60_000,
  alert: `DingTalk refuses the credentials. Last failure: ${MESSAGE}`,
};

test("tells stage, cause and next step of a failed connection once, the next step at the end", () => {
  const { lines, sink } = createSink();
  createHostLogger(sink, { accountId: "sales", debug: false }).error(MESSAGE, FIELDS);
  const cause = `endpoint=${REFUSED.endpoint} status=401 code=authFailed attempt=1 retryInMs=60000`;
  expect(lines).toEqual([
    `error [sales] Failed to establish connection: [DingTalk][ConnectionError][connect.open] ${cause} Next: ${HINT}`,
  ]);
});

test("keeps every field of an account that is being debugged", () => {
  const { lines, sink } = createSink();
  createHostLogger(sink, { accountId: "sales", debug: true }).error(MESSAGE, FIELDS);
  for (const name of Object.keys(FIELDS)) expect(lines[0]).toContain(` ${name}=`);
});

test("ends a line with the next step that a library names, and keeps facts that the message lacks", () => {
  const { lines, sink } = createSink();
  createHostLogger(sink, { accountId: "a", debug: false }).warn("card lost", {
    cause: "DingTalk refused: HTTP 400 param.templateNotExist",
    code: "DINGTALK_API",
    stage: "http",
    platformCode: "param.templateNotExist",
    requestId: undefined,
    next: "check cardTemplateId",
  });
  expect(lines).toEqual([
    'warn [a] card lost cause="DingTalk refused: HTTP 400 param.templateNotExist" code=DINGTALK_API stage=http Next: check cardTemplateId',
  ]);
});
