import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, dig } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

async function sessionOf(simulator: Simulator): Promise<string> {
  await using peer = await openPeer(simulator);
  await simulator.say("hi");
  return String(dig((await peer.next()).data, "sessionWebhook"));
}

const text = { msgtype: "text", text: { content: "hello" } };

test("shows each kind of message in the conversation", async () => {
  await using simulator = await openSimulator();
  const url = await sessionOf(simulator);
  const payloads = [
    text,
    { msgtype: "markdown", markdown: { title: "T", text: "# hi" } },
    { msgtype: "link", link: { title: "L", text: "read", messageUrl: "https://example.com" } },
    { msgtype: "actionCard", actionCard: { title: "A", text: "choose" } },
    { msgtype: "feedCard", feedCard: { links: [{ title: "one" }, { title: "two" }] } },
    { msgtype: "empty" },
  ];
  for (const payload of payloads) {
    const sent = await call(url, payload);
    expect([sent.status, sent.body]).toEqual([200, { errcode: 0, errmsg: "ok" }]);
  }
  expect(
    simulator
      .messages()
      .slice(1)
      .map((shown) => shown.text),
  ).toEqual(["hello", "# hi", "read", "choose", "one\ntwo"]);
});

test("highlights only the mentions that stand in the text", async () => {
  await using simulator = await openSimulator();
  const at = { atUserIds: ["user01", "user02"] };
  await call(await sessionOf(simulator), { msgtype: "text", text: { content: "look @user02" }, at });
  expect(simulator.messages().at(-1)?.mentions).toEqual(["user02"]);
});

test("shows a repeated msgUuid once", async () => {
  await using simulator = await openSimulator();
  const url = await sessionOf(simulator);
  await call(url, { ...text, msgUuid: "1" });
  expect((await call(url, { ...text, msgUuid: "1" })).at("errcode")).toBe(0);
  expect(simulator.messages()).toHaveLength(2);
});

test("answers 300001 inside HTTP 200 for an unknown session, and 90 minutes later for a known one", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ pingIntervalMs: 0 }, { clock });
  const unknown = await call(`${simulator.url}/robot/sendBySession?session=none`, text);
  expect([unknown.status, unknown.at("errcode")]).toEqual([200, 300_001]);
  const url = await sessionOf(simulator);
  await clock.advance(5_399_999);
  expect((await call(url, text)).at("errcode")).toBe(0);
  await clock.advance(1);
  expect((await call(url, text)).at("errcode")).toBe(300_001);
});

test.for([
  ["another content type", { raw: JSON.stringify(text), headers: { "content-type": "text/plain" } }, 43_004],
  ["an empty body", { raw: "", method: "POST" }, 40_035],
  ["no msgtype", { raw: '{"text":{"content":"hi"}}' }, 40_035],
  ["an unknown msgtype", { raw: '{"msgtype":"novel","novel":{}}' }, 400_105],
  ["a missing member", { raw: '{"msgtype":"markdown","markdown":{"text":"hi"}}' }, 40_035],
  ["20 001 bytes", { raw: JSON.stringify(text).padEnd(20_001) }, 460_101],
] as const)("refuses %s", async ([, options, errcode]) => {
  await using simulator = await openSimulator();
  const sent = await call(await sessionOf(simulator), undefined, options);
  expect([sent.status, sent.at("errcode")]).toEqual([200, errcode]);
});
