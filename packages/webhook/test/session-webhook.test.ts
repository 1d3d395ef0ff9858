import { once } from "node:events";
import http from "node:http";

import { createNet } from "@dingtalk-kit/net";
import { DecodeError } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { createSessionWebhook } from "../src/index.ts";
import { checkWebhookUrl } from "../src/webhook-url.ts";

/** Takes the reply URL out of a delivery, as a bare client would. */
async function sessionWebhookOf(simulator: Simulator): Promise<string> {
  const { clientId, clientSecret } = simulator.app;
  const opened = await fetch(`${simulator.url}/v1.0/gateway/connections/open`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      clientId,
      clientSecret,
      subscriptions: [{ type: "CALLBACK", topic: "/v1.0/im/bot/messages/get" }],
    }),
  });
  const { endpoint, ticket } = JSON.parse(await opened.text());
  const socket = new WebSocket(`${endpoint}?ticket=${ticket}`);
  await once(socket, "open");
  const [[event]] = await Promise.all([once(socket, "message"), simulator.say("hello")]);
  socket.close();
  return JSON.parse(JSON.parse(String(event.data)).data).sessionWebhook;
}

test("answers in the conversation as text and as Markdown", async () => {
  await using simulator = await openSimulator();
  await using net = createNet();
  const webhook = createSessionWebhook({ net });
  const url = await sessionWebhookOf(simulator);
  const receipt = await webhook.send(url, { kind: "text", text: "你好" });
  expect(receipt).toEqual({ route: "session-webhook", processQueryKey: undefined });
  await webhook.send(url, { kind: "markdown", title: "T", text: "**b**" });
  const shown = simulator.messages().filter((message) => message.byRobot);
  expect(shown.map(({ msgtype, title, text, route }) => ({ msgtype, title, text, route }))).toEqual([
    { msgtype: "text", title: undefined, text: "你好", route: "session-webhook" },
    { msgtype: "markdown", title: "T", text: "**b**", route: "session-webhook" },
  ]);
  expect(simulator.violations()).toEqual([]);
});

test("mentions people whose ids stand in the text as well", async () => {
  await using simulator = await openSimulator();
  await using net = createNet();
  const webhook = createSessionWebhook({ net });
  const url = await sessionWebhookOf(simulator);
  await webhook.send(url, { kind: "text", text: "@user01 done", mentions: ["user01"] });
  await webhook.send(url, {
    kind: "markdown",
    title: "T",
    text: "@user02 done",
    mentions: ["user01", "user02"],
  });
  await webhook.send(url, { kind: "text", text: "@user01 done" });
  const shown = simulator.messages().filter((message) => message.byRobot);
  expect(shown.map(({ mentions }) => mentions)).toEqual([["user01"], ["user02"], []]);
  expect(simulator.violations()).toEqual([]);
});

test("is one message to DingTalk when two processes send it under the same id", async () => {
  await using simulator = await openSimulator();
  await using net = createNet();
  const url = await sessionWebhookOf(simulator);
  const named = (text: string, idempotencyId?: string): Promise<unknown> =>
    createSessionWebhook({ net }).send(url, { kind: "text", text, idempotencyId });
  await named("once", "m1/0");
  await named("once", "m1/0");
  await named("twice");
  await named("twice");
  const shown = simulator.messages().filter((message) => message.byRobot);
  expect(shown.map(({ text }) => text)).toEqual(["once", "twice", "twice"]);
});

test("tells a session that has expired or never was, without showing its key", async () => {
  await using simulator = await openSimulator();
  await using net = createNet();
  const url = `${simulator.endpoints.oapi}/robot/sendBySession?session=0123456789abcdef0123456789abcdef`;
  const sent = createSessionWebhook({ net }).send(url, { kind: "text", text: "hi" });
  await expect(sent).rejects.toMatchObject({ code: "DINGTALK_API", status: 200, platformCode: "300001" });
  await expect(sent).rejects.not.toThrow(/0123456789abcdef/);
});

interface Desk extends AsyncDisposable {
  readonly url: string;
  readonly bodies: unknown[];
}

/** Answers the next calls with these bodies, then with success. `null` cuts the connection. */
async function openDesk(answers: (object | string | null)[]): Promise<Desk> {
  const bodies: unknown[] = [];
  const server = http.createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += String(chunk)));
    request.on("end", () => {
      bodies.push(JSON.parse(text));
      const answer = answers.shift();
      if (answer === null) request.socket.destroy();
      else if (typeof answer === "string")
        response.writeHead(200, { "content-type": "text/html" }).end(answer);
      else response.writeHead(200).end(JSON.stringify(answer ?? { errcode: 0, errmsg: "ok" }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/robot/sendBySession?session=abc`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

test("repeats the same message after a cut connection and while the system is busy", async () => {
  await using desk = await openDesk([null, { errcode: -1, errmsg: "系统繁忙" }]);
  await using net = createNet();
  const clock = createManualClock();
  const sent = createSessionWebhook({ net }, { clock }).send(desk.url, { kind: "text", text: "hi" });
  for (const delayMs of [300, 1_000]) {
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(delayMs);
  }
  await sent;
  expect(desk.bodies).toHaveLength(3);
  expect(desk.bodies[0]).toMatchObject({ msgUuid: expect.any(String) });
  expect(desk.bodies[1]).toEqual(desk.bodies[0]);
  expect(desk.bodies[2]).toEqual(desk.bodies[0]);
});

test("names another message by another uuid", async () => {
  await using desk = await openDesk([]);
  await using net = createNet();
  const ids = ["one", "two"];
  const webhook = createSessionWebhook({ net }, { randomId: () => ids.shift() ?? "none" });
  await webhook.send(desk.url, { kind: "text", text: "hi" });
  await webhook.send(desk.url, { kind: "text", text: "hi" });
  expect(desk.bodies).toMatchObject([{ msgUuid: "one" }, { msgUuid: "two" }]);
});

test.each([
  [{ errcode: 130101, errmsg: "send too fast, exceed 20 times per minute" }, 60_000],
  [{ errcode: 410100, errmsg: "发送速度太快而限流" }, 600_000],
])("does not push on when it is throttled: %o", async (answer, retryAfterMs) => {
  await using desk = await openDesk([answer]);
  await using net = createNet();
  const sent = createSessionWebhook({ net }).send(desk.url, { kind: "text", text: "hi" });
  await expect(sent).rejects.toMatchObject({ code: "DINGTALK_RATE_LIMITED", retryAfterMs });
  expect(desk.bodies).toHaveLength(1);
});

test("takes errcode as text, and refuses a page instead of an answer", async () => {
  await using desk = await openDesk([{ errcode: "0", errmsg: "ok" }, "<html>login</html>"]);
  await using net = createNet();
  const webhook = createSessionWebhook({ net });
  await webhook.send(desk.url, { kind: "text", text: "hi" });
  await expect(webhook.send(desk.url, { kind: "text", text: "hi" })).rejects.toThrow(/not JSON \(HTML\?\)/);
});

test("sends to HTTPS addresses only, and to this machine for simulators", async () => {
  expect(checkWebhookUrl("https://oapi.dingtalk.com/robot/sendBySession?session=a")).toBeUndefined();
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"]) {
    expect(checkWebhookUrl(`http://${host}:8080/robot`)).toBeUndefined();
  }
  for (const url of [
    "http://oapi.dingtalk.com/robot",
    "http://127.0.0.1.evil.example/robot",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "ws://127.0.0.1/",
  ]) {
    expect(checkWebhookUrl(url)).toBe("is not an HTTPS URL");
  }
  expect(checkWebhookUrl("https://user:pass@oapi.dingtalk.com/")).toBe("must not carry credentials");
  expect(checkWebhookUrl("nonsense")).toBe("is not a URL");
  await using net = createNet();
  const sent = createSessionWebhook({ net }).send("http://10.0.0.1/?session=topsecret", {
    kind: "text",
    text: "hi",
  });
  await expect(sent).rejects.toBeInstanceOf(DecodeError);
  await expect(sent).rejects.not.toThrow(/topsecret/);
});
