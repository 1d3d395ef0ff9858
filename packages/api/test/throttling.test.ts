import { createNet } from "@dingtalk-kit/net";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { CardFrame } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { createApiLimits, createDingTalkApi } from "../src/index.ts";
import { TOKEN_PATH, inTime, openApiDesk } from "./api-desk.ts";

const USER_PATH = "/v1.0/robot/oToMessages/batchSend";
const CREATE = "/v1.0/card/instances/createAndDeliver";
const STREAM = "/v1.0/card/streaming";
const QPS = { code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", message: "slow down" };
const QPM = { code: "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", message: "slow down" };

const user = { kind: "user", staffId: "user01" } as const;
const hello = { kind: "text", text: "hello" } as const;
const card = {
  outTrackId: "card-0001",
  templateId: "382e4302-551d-4880-bf29-a30acfab2e71.schema",
  target: user,
  params: { flowStatus: "1" },
};
const frame = (content: string, more: Partial<CardFrame> = {}): CardFrame => ({
  outTrackId: card.outTrackId,
  guid: `guid-${content}`,
  key: "msgContent",
  content,
  finalize: false,
  failed: false,
  ...more,
});

test("a throttled send is repeated once after the pause, and arrives once", async () => {
  const clock = createManualClock();
  const log = createRecordingLogger();
  await using desk = await openApiDesk({ ports: { clock, log } });
  desk.simulator.failNext(USER_PATH, { status: 403, body: QPS });
  const beganAtMs = clock.nowMs();
  await inTime(clock, desk.api.robot.send(user, hello));
  expect(clock.nowMs() - beganAtMs).toBeGreaterThanOrEqual(2_000);
  expect(desk.countOf(USER_PATH)).toBe(2);
  expect(desk.simulator.messages().map(({ text }) => text)).toEqual(["hello"]);
  expect(log.lines.map(({ level, fields }) => [level, fields["api"]])).toEqual([
    ["warn", `POST ${USER_PATH}`],
  ]);
});

test("a send that is throttled for a minute fails at once, and so do those behind it, without a call", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  desk.simulator.failNext(USER_PATH, { status: 403, body: QPM });
  await expect(desk.api.robot.send(user, hello)).rejects.toMatchObject({
    code: "DINGTALK_RATE_LIMITED",
    retryAfterMs: 60_000,
  });
  await expect(desk.api.robot.send(user, hello)).rejects.toMatchObject({ code: "DINGTALK_RATE_LIMITED" });
  expect(desk.countOf(USER_PATH)).toBe(1);
  expect(clock.pending).toBe(0);
});

test("clients of one app share its pace; those of another have their own", async () => {
  const clock = createManualClock();
  await using limits = createApiLimits({}, { clock });
  await using desk = await openApiDesk({ api: { ratePerSecond: 2 }, limits, ports: { clock } });
  const second = desk.client({}, limits, { clock });
  desk.simulator.addApp({
    clientId: "dingotherapp",
    clientSecret: "other-secret",
    robotCode: "dingotherapp",
  });
  const other = desk.client({ clientId: "dingotherapp", clientSecret: "other-secret" }, limits, { clock });
  const sends = [desk.api, second, desk.api, second].map((api) => api.robot.send(user, hello));
  const elsewhere = other.robot.send(user, hello);
  await elsewhere;
  await Promise.all(sends.slice(0, 2));
  expect(desk.countOf(USER_PATH)).toBe(3);
  await inTime(clock, Promise.all(sends));
  expect(desk.countOf(USER_PATH)).toBe(5);
});

test("a frame that waits is replaced by a newer one of its card; the last one is never dropped", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ api: { ratePerSecond: 1 }, ports: { clock } });
  await desk.api.cards.createAndDeliver(card);
  const frames = [frame("a"), frame("ab"), frame("abc"), frame("abcd", { finalize: true })];
  await inTime(clock, Promise.all(frames.map((each) => desk.api.cards.stream(each))));
  expect(desk.simulator.cards()[0]).toMatchObject({ state: "FINISHED", text: "abcd" });
  expect(desk.simulator.calls(STREAM).map(({ body }) => body)).toMatchObject([
    { content: "a" },
    { content: "abcd" },
  ]);
});

test("a frame is asked for its newest text once, as it leaves; its repetition says the same", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ api: { ratePerSecond: 1 }, ports: { clock } });
  await desk.api.cards.createAndDeliver(card);
  await desk.api.cards.stream(frame("a"));
  let text = "ab";
  const growing = desk.api.cards.stream(frame("ab", { newest: () => text }));
  text = "abc";
  desk.simulator.failNext(STREAM, { status: 503, body: { code: "system.busy" } });
  const grown = growing.then(() => (text = "abcd"));
  await inTime(clock, grown);
  expect(desk.simulator.calls(STREAM).map(({ body }) => body)).toMatchObject([
    { content: "a" },
    { content: "abc", guid: "guid-ab" },
    { content: "abc", guid: "guid-ab" },
  ]);
});

test("a frame that has not left can be withdrawn; one that has, or ends its card, cannot", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ api: { ratePerSecond: 1 }, ports: { clock } });
  await desk.api.cards.createAndDeliver(card);
  await desk.api.cards.stream(frame("a"));
  const waiting = desk.api.cards.stream(frame("ab"));
  expect(desk.api.cards.withdraw?.(card.outTrackId)).toBe(true);
  await waiting;
  const last = desk.api.cards.stream(frame("abc", { finalize: true }));
  expect(desk.api.cards.withdraw?.(card.outTrackId)).toBe(false);
  await inTime(clock, last);
  expect(desk.countOf(STREAM)).toBe(2);
  expect(desk.simulator.cards()[0]?.text).toBe("abc");
});

test("a create that is throttled is repeated: DingTalk did not carry it out", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  desk.simulator.failNext(CREATE, { status: 403, body: QPS });
  await inTime(clock, desk.api.cards.createAndDeliver(card));
  expect(desk.simulator.cards()).toHaveLength(1);
});

test("a call that had no token yet never left: any call is repeated then", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  desk.simulator.failNext(TOKEN_PATH, { status: 503, body: { code: "system.busy" } });
  await inTime(clock, desk.api.robot.send(user, hello));
  expect(desk.simulator.messages()).toHaveLength(1);
  expect(desk.countOf(USER_PATH)).toBe(1);
});

test.each([400, 401, 403, 500, 200])(
  "a token refused under HTTP %i is replaced and the call repeated once",
  async (status) => {
    await using desk = await openApiDesk();
    desk.simulator.failNext(USER_PATH, {
      status,
      body: { code: "InvalidAuthentication", message: "不合法的access_token" },
    });
    await desk.api.robot.send(user, hello);
    expect(desk.countOf(TOKEN_PATH)).toBe(2);
    expect(desk.countOf(USER_PATH)).toBe(2);
    expect(desk.simulator.messages()).toHaveLength(1);
  },
);

test("calls that wait end soon after the network is closed", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  await using net = createNet();
  const { clientId, clientSecret } = desk.simulator.app;
  const options = { clientId, clientSecret, endpoints: desk.simulator.endpoints, ratePerSecond: 1 };
  const api = createDingTalkApi(options, { net }, { clock });
  await api.robot.send(user, hello);
  const sends = Promise.allSettled(Array.from({ length: 50 }, () => api.robot.send(user, hello)));
  await net[Symbol.asyncDispose]();
  await clock.advance(2_000);
  for (const { status } of await sends) expect(status).toBe("rejected");
  expect(desk.countOf(USER_PATH)).toBe(1);
  expect(clock.pending).toBe(0);
});
