import { createMemoryState } from "@dingtalk-kit/protocol";
import type { StatePort } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createApiLimits } from "../src/index.ts";
import { inTime, openApiDesk } from "./api-desk.ts";

const USER_PATH = "/v1.0/robot/oToMessages/batchSend";
const user = { kind: "user", staffId: "user01" } as const;
const hello = { kind: "text", text: "hello" } as const;
/** The last hour of November in China is still November there, and the one before it as well in UTC. */
const NOVEMBER_ENDS_MS = Date.parse("2026-11-30T16:00:00Z");

test("counts calls and deliveries, but no token call and no call that was throttled", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  await desk.api.robot.send(user, hello);
  desk.simulator.failNext(USER_PATH, {
    status: 403,
    body: { code: "Forbidden.AccessDenied.QpsLimitForApi" },
  });
  await inTime(clock, desk.api.robot.send(user, hello));
  desk.simulator.failNext(USER_PATH, { status: 500, body: { code: "system.error" } });
  await expect(desk.api.robot.send(user, hello)).rejects.toMatchObject({ status: 500 });
  desk.api.quota.countDelivery();
  expect(desk.simulator.calls()).toHaveLength(1 + 1 + 2 + 1);
  expect(await desk.api.quota.usage()).toEqual({ month: "2026-01", calls: 3, deliveries: 1 });
});

test("keeps the counts of each app in the state, also for the next process", async () => {
  const state = createMemoryState();
  await using desk = await openApiDesk();
  {
    await using limits = createApiLimits({ state });
    const api = desk.client({}, limits);
    await api.robot.send(user, hello);
    api.quota.countDelivery();
  }
  await using limits = createApiLimits({ state });
  expect(await desk.client({}, limits).quota.usage()).toMatchObject({ calls: 1, deliveries: 1 });
  const other = desk.client({ clientId: "dingotherapp" }, limits);
  expect(await other.quota.usage()).toMatchObject({ calls: 0, deliveries: 0 });
});

test("stores what a burst counts in one write, a second later", async () => {
  const clock = createManualClock();
  const memory = createMemoryState({ clock });
  const writes: unknown[] = [];
  const state: StatePort = {
    ...memory,
    compareAndSet(namespace, key, change) {
      writes.push(change.value);
      return memory.compareAndSet(namespace, key, change);
    },
  };
  await using limits = createApiLimits({ state }, { clock });
  await using desk = await openApiDesk({ ports: { clock } });
  const { quota } = desk.client({}, limits);
  for (let count = 0; count < 100; count += 1) {
    quota.countDelivery();
    await Promise.resolve();
  }
  await clock.advance(999);
  expect(writes).toEqual([]);
  await clock.advance(1);
  expect(writes).toEqual([{ calls: 0, deliveries: 100 }]);
});

test("loses no count between processes that share a state", async () => {
  const state = createMemoryState();
  await using desk = await openApiDesk();
  await using here = createApiLimits({ state });
  await using there = createApiLimits({ state });
  const apis = [desk.client({}, here), desk.client({}, there)];
  for (let count = 0; count < 100; count += 1) {
    for (const api of apis) api.quota.countDelivery();
    if (count % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const api of apis) await api.quota.usage();
  for (const api of apis) expect(await api.quota.usage()).toMatchObject({ deliveries: 200 });
});

test("begins a new month when it begins in China", async () => {
  const clock = createManualClock(NOVEMBER_ENDS_MS - 1);
  await using desk = await openApiDesk({ ports: { clock } });
  desk.api.quota.countDelivery();
  expect(await desk.api.quota.usage()).toEqual({ month: "2026-11", calls: 0, deliveries: 1 });
  await clock.advance(1);
  expect(await desk.api.quota.usage()).toEqual({ month: "2026-12", calls: 0, deliveries: 0 });
});

test("goes on counting while the state fails, says so once, and stores all of it afterwards", async () => {
  const log = createRecordingLogger();
  const working = createMemoryState();
  let broken = true;
  const state: StatePort = {
    ...working,
    get: async (namespace, key) => {
      if (broken) throw new Error("disk full");
      return working.get(namespace, key);
    },
  };
  await using limits = createApiLimits({ state }, { log });
  await using desk = await openApiDesk({ limits });
  desk.api.quota.countDelivery();
  await expect(desk.api.quota.usage()).rejects.toThrow("disk full");
  await desk.api.robot.send(user, hello);
  await expect(desk.api.quota.usage()).rejects.toThrow("disk full");
  expect(log.lines).toHaveLength(1);
  broken = false;
  expect(await desk.api.quota.usage()).toMatchObject({ calls: 1, deliveries: 1 });
});

test("takes counts that are no numbers for nothing", async () => {
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  await using desk = await openApiDesk({ limits: createApiLimits({ state }, { clock }) });
  const { clientId } = desk.simulator.app;
  const value = { calls: "many", deliveries: -3 };
  await state.compareAndSet("quota", `${clientId}/2026-01`, { expectedVersion: undefined, value });
  desk.api.quota.countDelivery();
  expect(await desk.api.quota.usage()).toEqual({ month: "2026-01", calls: 0, deliveries: 1 });
});

test("takes what was counted in memory along into a state, and counts on in memory when that closes", async () => {
  const state = createMemoryState();
  await using desk = await openApiDesk();
  const { quota } = desk.api;
  quota.countDelivery();
  const kept = quota.keepIn(state);
  await desk.api.robot.send(user, hello);
  await kept[Symbol.asyncDispose]();
  quota.countDelivery();
  expect(await quota.usage()).toMatchObject({ calls: 1, deliveries: 2 });
  await using next = createApiLimits({ state });
  const restarted = desk.client({}, next).quota;
  expect(await restarted.usage()).toMatchObject({ calls: 1, deliveries: 1 });
  // What the first one counted since comes along when it has a state again.
  await using stack = new AsyncDisposableStack();
  stack.use(quota.keepIn(state));
  expect(await quota.usage()).toMatchObject({ calls: 1, deliveries: 2 });
  expect(await restarted.usage()).toMatchObject({ deliveries: 2 });
});

test("tells a watcher the sum whenever it changes, and what an earlier process had counted", async () => {
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  await using desk = await openApiDesk({ ports: { clock } });
  const { clientId } = desk.simulator.app;
  const value = { calls: 7, deliveries: 2 };
  await state.compareAndSet("quota", `${clientId}/2026-01`, { expectedVersion: undefined, value });
  const seen: string[] = [];
  const { quota } = desk.api;
  await using stack = new AsyncDisposableStack();
  stack.use(quota.keepIn(state));
  const watching = quota.watch(({ calls, deliveries }) => void seen.push(`${calls} ${deliveries}`));
  await desk.api.robot.send(user, hello);
  await quota.usage();
  quota.countDelivery();
  await quota.usage();
  watching[Symbol.dispose]();
  quota.countDelivery();
  await quota.usage();
  expect(seen).toContain("8 2");
  expect(seen.at(-1)).toBe("8 3");
});

test("knows that DingTalk refused a call because the month is used up, until it grants one again", async () => {
  await using desk = await openApiDesk();
  const { quota, robot } = desk.api;
  const body = { code: "Forbidden.AccessDenied.ApiCountLimitForOrg", message: "over quota" };
  desk.simulator.failNext(USER_PATH, { status: 403, body });
  await expect(robot.send(user, hello)).rejects.toMatchObject({ platformCode: body.code });
  expect((await quota.usage()).refusedAtMs).toBeTypeOf("number");
  await robot.send(user, hello);
  expect((await quota.usage()).refusedAtMs).toBeUndefined();
});
