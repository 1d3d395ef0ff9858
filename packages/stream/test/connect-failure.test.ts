import { expect, test } from "vitest";

import { openGateway, until } from "./gateway.ts";
import { SECRET, openStreamDesk } from "./stream-desk.ts";
import type { StreamDeskOptions } from "./stream-desk.ts";

/** An address at which nothing listens. */
async function closedApi(): Promise<string> {
  await using gateway = await openGateway();
  return gateway.api;
}

const OPEN_TAG =
  "Failed to establish connection: [DingTalk][ConnectionError][connect.open] endpoint=http://127.0.0.1";

test("logs stage, status, code, message, request id and payload of a refused open [S0-03 S0-51 S0-52 S0-53 S0-54 S0-55 S0-56 S0-57 S0-59]", async () => {
  await using desk = await openStreamDesk({
    prepare(gateway) {
      const body = {
        code: "invalidParameter",
        message: "ua invalid",
        requestid: "abc123",
        clientSecret: SECRET,
      };
      gateway.answers.push({ status: 400, body });
    },
  });
  await desk.retrying(1);
  const [line, ...more] = desk.warnings();
  expect(more).toEqual([]);
  expect(line?.message).toContain(OPEN_TAG);
  expect(line?.message).toContain("status=400 code=invalidParameter message=ua invalid requestId=abc123");
  expect(line?.message).toContain("DingTalk received the request and refused it");
  expect(line?.message).toContain("Compare client id and secret with the developer console");
  expect(line?.message).toContain("robot capability on, message mode Stream, and a published version");
  expect(line?.message).toContain("validation refused a field of the request");
  expect(line?.fields).toMatchObject({
    stage: "connect.open",
    status: 400,
    code: "invalidParameter",
    message: "ua invalid",
    requestId: "abc123",
    payload: { code: "invalidParameter", message: "ua invalid", requestid: "abc123" },
    attempt: 1,
    retryInMs: 1_000,
  });
  expect(JSON.stringify(desk.log.lines)).not.toContain(SECRET);
  expect(desk.client.status.lastError).toMatchObject({
    code: "DINGTALK_API",
    stage: "connect.open",
    status: 400,
    requestId: "abc123",
  });
  expect(desk.gateway.sockets).toHaveLength(0);
});

test("tells a 400 of DingTalk from what a network can do in its place [S0-02 S0-04]", async () => {
  const texts: string[] = [];
  const told = async (options: StreamDeskOptions): Promise<void> => {
    await using desk = await openStreamDesk(options);
    if (options.prepare !== undefined) await until(() => desk.gateway.opens.length === 1);
    if (desk.client.status.lastError === undefined) await desk.clock.advance(10_000);
    await until(() => desk.client.status.lastError !== undefined);
    const { message } = desk.client.status.lastError ?? { message: "" };
    expect(message).toContain("[connect.open]");
    texts.push(message);
  };
  await using plain = await openGateway();
  const refusal = { status: 400, body: { code: "invalidParameter", message: "ua invalid" } };
  await told({ prepare: (gateway) => void gateway.answers.push(refusal) });
  await told({ prepare: (gateway) => void gateway.answers.push({ status: 400, body: "<html></html>" }) });
  await told({ prepare: (gateway) => void gateway.answers.push("silence") });
  await told({ stream: { endpoints: { api: "https://name.invalid" } } });
  await told({ stream: { endpoints: { api: plain.api.replace("http:", "https:") } } });
  await told({ stream: { endpoints: { api: await closedApi() } } });
  await told({ net: { proxy: await closedApi() } });
  expect(texts).toEqual([
    expect.stringContaining("DingTalk received the request and refused it. Compare client id and secret"),
    expect.stringContaining("The answer did not come from DingTalk: check HTTP_PROXY, HTTPS_PROXY, NO_PROXY"),
    expect.stringContaining("Nothing came from DingTalk: check that the egress firewall and the proxy allow"),
    expect.stringContaining("The name could not be resolved: check the DNS of this machine"),
    expect.stringMatching(
      /TLS failed: check for TLS interception, .* NODE_EXTRA_CA_CERTS or the setting caFile/,
    ),
    expect.stringContaining("Nothing came from DingTalk: check that the egress firewall and the proxy allow"),
    expect.stringMatching(
      /The proxy refused, or could not be reached: check the setting proxy, .* HTTP_PROXY, /,
    ),
  ]);
  expect(texts.filter((text) => text.includes("received the request"))).toHaveLength(1);
});

test("tells refused credentials at once, and retries at the longest delay [S1-31 S2-104]", async () => {
  await using desk = await openStreamDesk({
    prepare(gateway) {
      gateway.answers.push({
        status: 401,
        body: { code: "authFailed", message: "鉴权失败", requestid: "r1" },
      });
    },
  });
  await desk.retrying(1);
  expect(desk.warnings()).toHaveLength(1);
  expect(desk.warnings()[0]).toMatchObject({ level: "error", fields: { retryInMs: 60_000 } });
  expect(desk.client.status.alert).toContain("DingTalk refuses the credentials");
  expect(desk.client.status.lastError).toMatchObject({ code: "DINGTALK_AUTH", status: 401 });
  expect(desk.client.status.lastError?.message).toContain(
    "compare client id (AppKey) and client secret (AppSecret)",
  );
  await desk.clock.advance(60_000);
  await desk.socket(0);
  expect(desk.client.status.alert).toBeUndefined();
});

test("blames the proxy for an HTML page", async () => {
  await using desk = await openStreamDesk({
    prepare(gateway) {
      const body = "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>";
      gateway.answers.push({ status: 400, body }, { status: 200, body });
    },
  });
  await desk.retrying(1);
  expect(desk.client.status.lastError?.message).toContain("check HTTP_PROXY, HTTPS_PROXY, NO_PROXY");
  expect(desk.client.status.lastError?.message).toContain("not JSON (HTML?)");
  await desk.clock.advance(1_000);
  await desk.retrying(2);
  expect(desk.client.status.lastError).toMatchObject({ stage: "connect.open", status: 200 });
  expect(desk.client.status.lastError?.message).toContain("check HTTP_PROXY, HTTPS_PROXY, NO_PROXY");
});

test("blames DingTalk or a proxy for a server error that is a page", async () => {
  await using desk = await openStreamDesk({
    prepare: (gateway) => void gateway.answers.push({ status: 502, body: "<html>no route to host</html>" }),
  });
  await desk.retrying(1);
  expect(desk.client.status.lastError?.message).toContain(
    "DingTalk is overloaded or down, or a proxy in between cannot reach it",
  );
});

test("calls an overloaded DingTalk by its name", async () => {
  await using desk = await openStreamDesk({
    prepare: (gateway) => void gateway.answers.push({ status: 503, body: {} }),
  });
  await desk.retrying(1);
  expect(desk.client.status.lastError).toMatchObject({ status: 503, retryable: true });
  expect(desk.client.status.lastError?.message).toContain("overloaded or down");
});

test("refuses an answer without an endpoint or a ticket", async () => {
  await using desk = await openStreamDesk({
    prepare: (gateway) => void gateway.answers.push({ status: 200, body: { endpoint: "wss://x/connect" } }),
  });
  await desk.retrying(1);
  expect(desk.client.status.lastError?.message).toContain("without endpoint and ticket");
});

test("ends an open that gets no answer, and points to the egress [S0-04 S0-48 S0-49 S1-32]", async () => {
  await using desk = await openStreamDesk({ prepare: (gateway) => void gateway.answers.push("silence") });
  await until(() => desk.gateway.opens.length === 1);
  await desk.clock.advance(10_000);
  await desk.retrying(1);
  expect(desk.client.status.lastError).toMatchObject({ code: "DINGTALK_TIMEOUT", stage: "connect.open" });
  expect(desk.client.status.lastError?.message).toContain(
    "egress firewall and the proxy allow api.dingtalk.com:443",
  );
});

test("points to DNS when the name cannot be resolved [S0-47]", async () => {
  await using desk = await openStreamDesk({ stream: { endpoints: { api: "https://name.invalid" } } });
  await desk.retrying(1);
  expect(desk.client.status.lastError).toMatchObject({ code: "DINGTALK_CONNECTION", stage: "connect.open" });
  expect(desk.client.status.lastError?.message).toContain("check the DNS of this machine");
});

test("points to TLS when the handshake fails [S0-50]", async () => {
  await using plain = await openGateway();
  const api = plain.api.replace("http:", "https:");
  await using desk = await openStreamDesk({ stream: { endpoints: { api } } });
  await desk.retrying(1);
  expect(desk.client.status.lastError?.message).toContain("TLS failed: check for TLS interception");
});

test("tags a socket that cannot be opened after a good open [S0-46 S0-58 S0-60 S0-62 S0-64]", async () => {
  await using desk = await openStreamDesk({ prepare: (gateway) => void gateway.refusals.push(403) });
  await desk.retrying(1);
  const [line] = desk.warnings();
  expect(line?.message).toMatch(
    /^Failed to establish connection: .*\[DingTalk\]\[ConnectionError\]\[connect\.websocket\] endpoint=ws:\/\/127\.0\.0\.1:\d+\/connect status=403 .*Likely websocket\/proxy\/WSS issue after connections\/open succeeded.* See https:/,
  );
  expect(line?.message).toContain("the proxy must pass WebSocket Upgrade on");
  expect(line?.message).toContain("compare HTTPS_PROXY and NO_PROXY of both");
  expect(line?.fields).toMatchObject({ stage: "connect.websocket", status: 403 });
  expect(JSON.stringify(desk.log.lines)).not.toContain("ticket-1");
  expect(desk.client.status.lastError).toMatchObject({ stage: "connect.websocket", status: 403 });
  expect(desk.gateway.opens).toHaveLength(1);
});

test("points to the egress when nothing listens at the socket's address [S0-61]", async () => {
  const closed = await openGateway();
  await closed[Symbol.asyncDispose]();
  await using desk = await openStreamDesk({ gateway: { endpoint: closed.socketUrl } });
  await desk.retrying(1);
  expect(desk.client.status.lastError).toMatchObject({
    code: "DINGTALK_CONNECTION",
    stage: "connect.websocket",
  });
  expect(desk.client.status.lastError?.message).toContain("ECONNREFUSED");
  expect(desk.client.status.lastError?.message).toContain("allow wss-open-connection.dingtalk.com:443");
});

test("points to TLS interception when the socket's handshake fails [S0-63]", async () => {
  await using plain = await openGateway();
  await using desk = await openStreamDesk({ gateway: { endpoint: plain.socketUrl.replace("ws:", "wss:") } });
  await desk.retrying(1);
  expect(desk.client.status.lastError).toMatchObject({ stage: "connect.websocket" });
  expect(desk.client.status.lastError?.message).toContain("TLS failed: check for TLS interception");
});

test("refuses an endpoint that is no address", async () => {
  await using desk = await openStreamDesk({ gateway: { endpoint: "nonsense" } });
  await desk.retrying(1);
  expect(desk.client.status.lastError?.message).toContain("not a ws: or wss: URL");
});

test("writes one line for a failure that repeats itself, and one for the next of another kind", async () => {
  await using desk = await openStreamDesk({
    stream: { maxConnectionAttempts: 100 },
    prepare(gateway) {
      for (let index = 0; index < 4; index += 1) {
        gateway.answers.push({ status: 503, body: { requestid: `r${index}` } });
      }
      gateway.answers.push({ status: 400, body: { code: "invalidParameter", message: "no" } });
    },
  });
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await desk.retrying(attempt);
    await desk.clock.advance(1_000 * 2 ** (attempt - 1));
  }
  await desk.retrying(5);
  expect(desk.warnings().map(({ fields }) => fields["status"])).toEqual([503, 400]);
  expect(desk.log.lines.filter(({ level }) => level === "debug")).toHaveLength(3);
});
