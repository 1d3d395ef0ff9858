import { request } from "node:http";

import { openSimulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, dig, tokenOf } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

test("says something, tells how it arrived, and waits for the answer", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  const control = `${simulator.url}/_sim`;
  expect((await call(control)).body).toEqual({
    url: simulator.url,
    endpoints: simulator.endpoints,
    seed: simulator.seed,
    app: { ...simulator.app, scopes: undefined },
    control,
  });
  const said = await call(`${control}/say`, { text: "hi", from: "user02" });
  expect(said.body).toMatchObject({ from: "user02", clientId: simulator.app.clientId });
  const frame = await peer.next();
  peer.ack(frame);
  const messageId = said.at("messageId");
  expect((await call(`${control}/delivered`, { messageId })).at("acked")).toBe(true);
  const answer = call(`${control}/answer`, { messageId, timeoutMs: 10_000 });
  await call(String(dig(frame.data, "sessionWebhook")), { msgtype: "text", text: { content: "yo" } });
  expect((await answer).body).toMatchObject({ kind: "message", text: "yo" });

  const asked = call(`${control}/ask`, { text: "again", from: "user02" });
  const next = await peer.next();
  await call(String(dig(next.data, "sessionWebhook")), { msgtype: "text", text: { content: "yo yo" } });
  expect((await asked).at("text")).toBe("yo yo");
  const list = await call(
    `${control}/messages?conversationId=${encodeURIComponent(said.at("conversationId") + "")}`,
  );
  expect(list.body).toHaveLength(4);
  expect((await call(`${control}/calls?path=/robot/*`)).body).toHaveLength(2);
  expect((await call(`${control}/connections`)).body).toMatchObject([{ state: "live" }]);
  expect((await call(`${control}/violations`)).body).toEqual([]);
});

test("an answer that does not come is 408, and a question that was not asked 400", async () => {
  await using simulator = await openSimulator();
  const control = `${simulator.url}/_sim`;
  expect((await call(`${control}/ask`, { text: "hi", timeoutMs: 0 })).status).toBe(408);
  expect((await call(`${control}/answer`, { messageId: "none" })).status).toBe(400);
});

test("orders what the library orders", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  const control = `${simulator.url}/_sim`;
  const token = await tokenOf(simulator);
  await call(`${control}/groups`, { id: "cidOps==", title: "Ops" });
  await call(`${control}/apps`, { clientId: "dingtwo", clientSecret: "two", published: false });
  expect((await call(`${control}/send`, { frame: '{"type":"X","data":"{}"}' })).body).toEqual({
    connections: 1,
  });
  expect((await peer.next()).type).toBe("X");
  const event = call(`${control}/event`, { type: "chat_quit", data: { a: 1 } });
  peer.ack(await peer.next(), { status: "SUCCESS" });
  expect((await event).at("acked")).toBe(true);
  await call(`${control}/fail-next`, { path: "/gettoken", status: 500, body: "oops" });
  expect((await call(`${simulator.url}/gettoken`)).text).toBe("oops");
  await call(`${control}/expire-tokens`, {});
  expect(await tokenOf(simulator)).not.toBe(token);
  expect((await call(`${control}/click`, { outTrackId: "none" })).status).toBe(400);
  expect((await call(`${control}/cards`)).body).toEqual([]);
  await call(`${control}/disconnect`, { reason: "now" });
  expect(await peer.next()).toMatchObject({ topic: "disconnect", data: { reason: "now" } });
  await call(`${control}/drop`, {});
  expect(await peer.closed).toBe(1006);
});

test.for([
  ["say", { txet: "hi" }, "unknown key: txet"],
  ["say", { text: 1 }, "text must be a string"],
  ["say", { mention: "yes" }, "mention must be true or false"],
  ["say", { mentions: [1] }, "mentions must be a list of strings"],
  ["say", { raw: [] }, "raw must be an object"],
  ["ask", { timeoutMs: -1 }, "timeoutMs must be a whole number"],
  ["apps", { clientId: "a" }, "clientSecret is missing"],
  ["apps", { clientId: "a", clientSecret: "b", mode: "pigeon" }, "mode must be"],
  ["fail-next", { path: "/x", status: 99 }, "status must be"],
] as const)("refuses a bad order: /_sim/%s %o", async ([path, body, message]) => {
  await using simulator = await openSimulator();
  const answer = await call(`${simulator.url}/_sim/${path}`, body);
  expect([answer.status, answer.at("code")]).toEqual([400, "DINGTALK_CONFIG"]);
  expect(answer.at("message")).toContain(message);
});

test("answers neither a web page's form nor a name that was rebound to loopback", async () => {
  await using simulator = await openSimulator();
  const form = await call(`${simulator.url}/_sim/say`, undefined, {
    raw: '{"text":"hi"}',
    headers: { "content-type": "text/plain" },
  });
  expect(form.status).toBe(403);
  const rebound = await new Promise((resolve) => {
    const headers = { host: "evil.example" };
    request(`${simulator.url}/_sim/calls`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(rebound).toBe(403);
  expect(simulator.messages()).toEqual([]);
});

test("an unknown control call is 404", async () => {
  await using simulator = await openSimulator();
  expect((await call(`${simulator.url}/_sim/nothing`)).status).toBe(404);
});
