import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { FaultSpec, Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, tokenOf } from "./call.ts";
import type { Answered } from "./call.ts";

const OPEN = "/v1.0/gateway/connections/open";
const SEND = "/v1.0/robot/oToMessages/batchSend";

const send = ({ url, app }: Simulator, token: string): Promise<Answered> => {
  const msgParam = JSON.stringify({ content: "hi" });
  const body = { robotCode: app.robotCode, userIds: ["user01"], msgKey: "sampleText", msgParam };
  return call(`${url}${SEND}`, body, { token });
};
const register = ({ url, app }: Simulator): Promise<Answered> =>
  call(`${url}${OPEN}`, { ...app, subscriptions: [{ type: "EVENT", topic: "*" }] });

/** Lets real input and output happen until `isSo`. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

test.for([
  [{ kind: "call.answer", status: 400 }, 400, '"code":"invalidParameter"'],
  [{ kind: "call.answer", status: 401 }, 401, '"code":"authFailed"'],
  [{ kind: "call.answer", status: 403 }, 403, "Forbidden.AccessDenied.IpNotInWhiteList"],
  [{ kind: "call.answer" }, 503, '"code":"system.busy"'],
  [{ kind: "call.answer", status: 502, body: "<html>Bad gateway</html>" }, 502, "<html>"],
  [{ kind: "call.answer", status: 200, body: "<html>captive portal</html>" }, 200, "<html>"],
  [{ kind: "call.answer", status: 500, body: { code: "unknownError" } }, 500, '"code":"unknownError"'],
] as const)("connections/open answers as ordered: %o", async ([fault, status, part]) => {
  await using simulator = await openSimulator({ faults: [{ ...fault, where: { path: OPEN } }] });
  const answer = await register(simulator);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(part);
  expect(simulator.calls(OPEN)).toMatchObject([{ status }]);
});

test("an answer can go wrong after the call took effect", async () => {
  await using simulator = await openSimulator();
  const token = await tokenOf(simulator);
  simulator.fault({ kind: "call.answer", status: 500, times: 1 });
  expect((await send(simulator, token)).status).toBe(500);
  expect(simulator.messages()).toEqual([]);
  simulator.fault({ kind: "call.answer", status: 500, times: 1, performed: true });
  expect((await send(simulator, token)).status).toBe(500);
  expect(simulator.messages()).toHaveLength(1);
  simulator.fault({ kind: "call.reset", times: 1, performed: true });
  await expect(send(simulator, token)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect(simulator.messages()).toHaveLength(2);
  expect(simulator.calls(SEND).map(({ status }) => status)).toEqual([500, 500, 0]);
});

test("strikes only the calls whose body holds a text", async () => {
  await using simulator = await openSimulator();
  const token = await tokenOf(simulator);
  const { app, url } = simulator;
  const fault = simulator.fault({
    kind: "call.answer",
    where: { path: SEND, holds: '"userIds":["user02"]' },
  });
  const msgParam = JSON.stringify({ content: "hi" });
  const statuses: number[] = [];
  for (const person of ["user01", "user02"]) {
    const body = { robotCode: app.robotCode, userIds: [person], msgKey: "sampleText", msgParam };
    statuses.push((await call(`${url}${SEND}`, body, { token })).status);
  }
  expect(statuses).toEqual([200, 503]);
  expect(fault.info()).toMatchObject({ seen: 1, struck: 1 });
});

test("resets a connection instead of answering", async () => {
  await using simulator = await openSimulator({ faults: [{ kind: "call.reset", times: 1 }] });
  await expect(call(`${simulator.url}/gettoken`)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect((await call(`${simulator.url}/gettoken`)).status).toBe(200);
});

test("answers late: as a whole, or in the middle of the body", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  const slow = simulator.fault({ kind: "call.slow", delayMs: 3_000, times: 1 });
  let isAnswered = false;
  const late = tokenOf(simulator).then(() => (isAnswered = true));
  await until(() => clock.pending === 1);
  await clock.advance(2_999);
  expect([isAnswered, slow.info().struck]).toEqual([false, 1]);
  await clock.advance(1);
  expect(await late).toBe(true);

  simulator.fault({ kind: "call.slow", delayMs: 3_000, times: 1, before: "body" });
  const response = await get(`${simulator.url}/gettoken`);
  const [half] = await once(response, "data");
  response.pause();
  expect(String(half)).toMatch(/^\{"errcode":/);
  expect(() => JSON.parse(String(half))).toThrow();
  await clock.advance(3_000);
  const rest = await text(response);
  expect(JSON.parse(`${String(half)}${rest}`)).toMatchObject({ errcode: 40_089 });
});

test("never answers, or stops in the middle of the body", async () => {
  await using simulator = await openSimulator();
  const hang = simulator.fault({ kind: "call.hang", times: 1 });
  const silent = request(`${simulator.url}/gettoken`).on("error", () => undefined);
  silent.end();
  await until(() => hang.info().struck === 1);
  simulator.fault({ kind: "call.hang", times: 1, before: "body" });
  const response = await get(`${simulator.url}/gettoken`);
  const [half] = await once(response, "data");
  expect(() => JSON.parse(String(half))).toThrow();
  expect((await call(`${simulator.url}/gettoken`)).status).toBe(200);
  expect(simulator.calls("/gettoken").map(({ status }) => status)).toEqual([0, 0, 200]);
  silent.destroy();
  response.destroy();
});

test("who hangs up on a slow answer leaves no timer, and neither does closing", async () => {
  const clock = createManualClock();
  const faults: readonly FaultSpec[] = [{ kind: "call.slow", delayMs: 60_000 }];
  const simulator = await openSimulator({ faults }, { clock });
  const first = request(`${simulator.url}/gettoken`).on("error", () => undefined);
  first.end();
  await until(() => clock.pending === 1);
  first.destroy();
  await until(() => clock.pending === 0);
  expect(simulator.calls("/gettoken")).toMatchObject([{ status: 0 }]);
  const second = expect(call(`${simulator.url}/gettoken`)).rejects.toThrow("fetch failed");
  simulator.fault({ kind: "call.hang", where: { method: "POST" } });
  const third = expect(register(simulator)).rejects.toThrow("fetch failed");
  await until(() => clock.pending === 2);
  await simulator[Symbol.asyncDispose]();
  await Promise.all([second, third]);
  expect(clock.pending).toBe(0);
});

test.for([400, 401] as const)("kills the token of a call, with %d from then on", async (status) => {
  await using simulator = await openSimulator();
  const token = await tokenOf(simulator);
  expect((await send(simulator, token)).status).toBe(200);
  simulator.fault({ kind: "call.expired-token", status, times: 1, where: { path: SEND } });
  expect((await send(simulator, "unknown")).status).toBe(400);
  for (let i = 0; i < 2; i += 1) {
    const answer = await send(simulator, token);
    expect([answer.status, answer.at("code")]).toEqual([status, "InvalidAuthentication"]);
  }
  const fresh = await tokenOf(simulator);
  expect(fresh).not.toBe(token);
  expect((await send(simulator, fresh)).status).toBe(200);
});

test("throttles by second and by minute, one API of one app at a time", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  const token = await tokenOf(simulator);
  const statuses = async (count: number): Promise<readonly number[]> => {
    const found = [];
    for (let i = 0; i < count; i += 1) found.push((await send(simulator, token)).status);
    return found;
  };
  const perSecond = simulator.fault({ kind: "call.throttle", limit: 2, where: { path: SEND } });
  expect(await statuses(4)).toEqual([200, 200, 403, 403]);
  await clock.advance(1_000);
  expect(await statuses(3)).toEqual([200, 200, 403]);
  // What passed is no opportunity: only calls above the limit are.
  expect(perSecond.info()).toMatchObject({ seen: 3, struck: 3 });
  perSecond.lift();
  simulator.fault({ kind: "call.throttle", limit: 1, code: "QpmLimitForAppkeyAndApi" });
  expect(await statuses(2)).toEqual([200, 403]);
  await clock.advance(59_999);
  expect((await send(simulator, token)).at("code")).toBe("Forbidden.AccessDenied.QpmLimitForAppkeyAndApi");
  await clock.advance(1);
  expect(await statuses(1)).toEqual([200]);
});

test("without a limit every call is throttled, by its probability", async () => {
  await using simulator = await openSimulator({ seed: 11 });
  const token = await tokenOf(simulator);
  const fault = simulator.fault({ kind: "call.throttle", probability: 0.5 });
  const statuses = [];
  for (let i = 0; i < 20; i += 1) statuses.push((await send(simulator, token)).status);
  const { struck } = fault.info();
  expect(struck).toBe(statuses.filter((status) => status === 403).length);
  expect(struck).toBeGreaterThan(3);
  expect(struck).toBeLessThan(17);
});

test("a spent monthly quota refuses API calls, but no token", async () => {
  await using simulator = await openSimulator({ faults: [{ kind: "call.over-quota" }] });
  const answer = await send(simulator, await tokenOf(simulator));
  expect([answer.status, answer.at("code")]).toEqual([403, "Forbidden.AccessDenied.ApiCountLimitForOrg"]);
});

test("strikes the calls of one app only", async () => {
  await using simulator = await openSimulator();
  const other = { ...simulator, app: simulator.addApp({ clientId: "dingother", clientSecret: "s" }) };
  const tokens = [await tokenOf(simulator), await tokenOf(other)] as const;
  simulator.fault({ kind: "call.answer", where: { clientId: "dingother" } });
  expect((await send(simulator, tokens[0])).status).toBe(200);
  expect((await send(other, tokens[1])).status).toBe(503);
  expect([(await register(simulator)).status, (await register(other)).status]).toEqual([200, 503]);
});

async function get(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, resolve).on("error", reject).end();
  });
}
