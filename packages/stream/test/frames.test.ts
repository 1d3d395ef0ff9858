import { expect, test } from "vitest";

import { frame, robotMessage, until } from "./gateway.ts";
import { openStreamDesk } from "./stream-desk.ts";

const CARD_TOPIC = "/v1.0/card/instances/callback";

test("registers with the documented headers and dials out, with a ticket of its own [S1-22]", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  const [open] = desk.gateway.opens;
  expect(open?.headers).toMatchObject({ accept: "application/json", "content-type": "application/json" });
  expect(open?.headers["x-acs-dingtalk-access-token"]).toBeUndefined();
  expect(open?.body).toEqual({
    clientId: "dingexampleapp01",
    clientSecret: "very-secret-0123456789abcdef",
    subscriptions: [
      { type: "CALLBACK", topic: "/v1.0/im/bot/messages/get" },
      { type: "CALLBACK", topic: CARD_TOPIC },
    ],
    ua: "dingtalk-kit-nodejs/1.0",
  });
  expect(socket.ticket).toBe("ticket-1");
});

test("encodes a ticket that is not plain, and keeps the endpoint's own query", async () => {
  await using desk = await openStreamDesk({
    prepare(gateway) {
      const endpoint = `${gateway.socketUrl}?zone=1`;
      gateway.answers.push({ status: 200, body: { endpoint, ticket: "a+b/c=&d" } });
    },
  });
  expect((await desk.socket(0)).ticket).toBe("a+b/c=&d");
});

test("echoes a SYSTEM ping with its data verbatim", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  socket.send(frame({ type: "SYSTEM", topic: "ping", id: "p1", data: '{"opaque":"5f1e"}' }));
  await until(() => socket.received.length === 1);
  expect(socket.received[0]).toEqual({
    code: 200,
    headers: { contentType: "application/json", messageId: "p1" },
    message: "OK",
    data: '{"opaque":"5f1e"}',
  });
});

test("works without CONNECTED and REGISTERED, and does not mind them", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  expect(desk.client.status.state).toBe("connected");
  for (const topic of ["CONNECTED", "REGISTERED", "KEEPALIVE", "SOMETHING_NEW"]) {
    socket.send(frame({ type: "SYSTEM", topic }));
  }
  socket.send(frame({ id: "f1", data: robotMessage("after") }));
  await until(() => desk.inbound.length === 1);
  expect(socket.received).toEqual([]);
  expect(desk.warnings()).toEqual([]);
});

test("delivers a robot message that came with the handshake, and acknowledges it once", async () => {
  await using desk = await openStreamDesk({
    gateway: { onSocket: (socket) => socket.send(frame({ id: "f1", data: robotMessage("first") })) },
  });
  const socket = await desk.socket(0);
  await until(() => desk.inbound.length === 1);
  const [inbound] = desk.inbound;
  expect(inbound).toMatchObject({
    transport: "stream",
    frameId: "f1",
    receivedAtMs: desk.clock.nowMs(),
    body: {
      kind: "robot-message",
      message: { messageId: "msg-first", content: { kind: "text", text: "first" } },
    },
  });
  inbound?.ack();
  inbound?.ack();
  inbound?.reject("too late");
  socket.send(frame({ type: "SYSTEM", topic: "ping", id: "p1", data: "{}" }));
  await until(() => socket.received.length === 2);
  expect(socket.received[0]).toMatchObject({
    code: 200,
    headers: { messageId: "f1" },
    data: '{"response":{}}',
  });
  expect(socket.received[1]).toMatchObject({ headers: { messageId: "p1" } });
});

test("answers a card action with the card's response", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  const content = JSON.stringify({ cardPrivateData: { actionIds: ["approve"], params: { reason: "ok" } } });
  socket.send(
    frame({ topic: CARD_TOPIC, id: "c1", data: { outTrackId: "card-1", userId: "user01", content } }),
  );
  await until(() => desk.inbound.length === 1);
  expect(desk.inbound[0]?.body).toMatchObject({ kind: "card-action", action: { actionIds: ["approve"] } });
  desk.inbound[0]?.ack({ cardData: { cardParamMap: { status: "done" } } });
  await until(() => socket.received.length === 1);
  expect(JSON.parse(String(socket.received[0]?.["data"]))).toEqual({
    response: { cardData: { cardParamMap: { status: "done" } } },
  });
});

test("answers an event with SUCCESS or LATER", async () => {
  await using desk = await openStreamDesk({ stream: { subscriptions: [{ type: "EVENT", topic: "*" }] } });
  const socket = await desk.socket(0);
  const headers = { eventType: "chat_add_member", eventId: "e-1" };
  for (const id of ["e1", "e2"])
    socket.send(frame({ type: "EVENT", topic: "*", id, headers, data: { userId: ["u2"] } }));
  await until(() => desk.inbound.length === 2);
  expect(desk.inbound[0]?.body).toMatchObject({
    kind: "event",
    event: { type: "chat_add_member", eventId: "e-1" },
  });
  desk.inbound[0]?.ack();
  desk.inbound[1]?.reject("disk full");
  await until(() => socket.received.length === 2);
  expect(socket.received.map(({ data }) => JSON.parse(String(data)))).toEqual([
    { status: "SUCCESS" },
    { status: "LATER", message: "disk full" },
  ]);
});

test("rejects a robot message with a code that is not 200", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  socket.send(frame({ id: "f1", data: robotMessage("x") }));
  await until(() => desk.inbound.length === 1);
  desk.inbound[0]?.reject("disk full");
  await until(() => socket.received.length === 1);
  expect(socket.received[0]).toMatchObject({ code: 500, message: "disk full" });
});

test("refuses a topic that nobody subscribed to, and passes on one that somebody did", async () => {
  const graph = "/v1.0/graph/api/invoke";
  await using desk = await openStreamDesk({
    stream: { subscriptions: [{ type: "CALLBACK", topic: graph }] },
  });
  const socket = await desk.socket(0);
  socket.send(frame({ topic: "/v1.0/unknown", id: "u1" }));
  socket.send(frame({ type: "NEWTYPE", topic: "x", id: "u2" }));
  socket.send(frame({ topic: graph, id: "g1", data: { body: "hi" } }));
  await until(() => desk.inbound.length === 1 && socket.received.length === 2);
  expect(desk.inbound[0]?.body).toEqual({ kind: "unsupported", topic: graph, data: { body: "hi" } });
  expect(socket.received.map(({ code, headers }) => ({ code, headers }))).toMatchObject([
    { code: 404, headers: { messageId: "u1" } },
    { code: 404, headers: { messageId: "u2" } },
  ]);
});

test("skips what it cannot understand with one log line each, and goes on", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  socket.send("not json at all: my secret diary");
  socket.send("[]");
  socket.send({ headers: { messageId: "m1" }, data: "my secret diary" });
  socket.send(frame({ id: "m2", data: '{"text":{"content":"my secret diary"}' }));
  socket.send(frame({ id: "f1", data: robotMessage("good") }));
  await until(() => desk.inbound.length === 1 && socket.received.length === 2);
  expect(socket.received).toMatchObject([
    { code: 400, headers: { messageId: "m1" } },
    { code: 400, headers: { messageId: "m2" } },
  ]);
  expect(desk.warnings()).toHaveLength(4);
  expect(desk.warnings().every(({ message }) => message.startsWith("malformed frame skipped: "))).toBe(true);
  expect(JSON.stringify(desk.log.lines)).not.toContain("diary");
  expect(desk.client.status.state).toBe("connected");
});

test("passes a message of one megabyte", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  const text = "长".repeat(350_000);
  socket.send(frame({ data: robotMessage(text, "msg-big") }));
  await until(() => desk.inbound.length === 1);
  expect(desk.inbound[0]?.body).toMatchObject({ message: { content: { text } } });
});

test("passes the same message on as often as DingTalk sends it", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  for (const id of ["f1", "f1", "f2"]) socket.send(frame({ id, data: robotMessage("again") }));
  await until(() => desk.inbound.length === 3);
  expect(desk.inbound.map(({ frameId }) => frameId)).toEqual(["f1", "f1", "f2"]);
});

test("does not throw when the socket is gone or the response cannot be written", async () => {
  await using desk = await openStreamDesk();
  const socket = await desk.socket(0);
  for (const id of ["f1", "f2"]) socket.send(frame({ id, data: robotMessage(id) }));
  await until(() => desk.inbound.length === 2);
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  desk.inbound[0]?.ack(cyclic);
  await until(() => socket.received.length === 1);
  expect(socket.received[0]).toMatchObject({ code: 500, headers: { messageId: "f1" } });
  socket.socket.terminate();
  await desk.retrying(1);
  desk.inbound[1]?.ack();
  desk.inbound[1]?.reject("gone");
});
