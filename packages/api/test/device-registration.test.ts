import { createNet } from "@dingtalk-kit/net";
import type { Ports } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";
import { expect, test, vi } from "vitest";

import { beginDeviceRegistration } from "../src/index.ts";
import type { DeviceRegistration, DeviceRegistrationOptions } from "../src/index.ts";

const POLL = "/app/registration/poll";
const INTERVAL_MS = 5_000;

/** A client and a simulator that live by one clock. */
interface Desk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  begin(options?: DeviceRegistrationOptions & { readonly signal?: AbortSignal }): Promise<DeviceRegistration>;
  /** Lets intervals pass, each with its poll. */
  polls(count: number): Promise<void>;
}

async function openDesk(options: SimulatorOptions = {}, ports: Partial<Ports> = {}): Promise<Desk> {
  const clock = createManualClock();
  await using stack = new AsyncDisposableStack();
  const simulator = stack.use(await openSimulator({ pingIntervalMs: 0, ...options }, { clock }));
  const net = stack.use(createNet());
  const owned = stack.move();
  return {
    simulator,
    clock,
    begin: (more) =>
      beginDeviceRegistration({ endpoints: simulator.endpoints, ...more }, { net }, { ...ports, clock }),
    async polls(count) {
      for (let poll = 0; poll < count; poll += 1) {
        const before = simulator.calls(POLL).length;
        // The answer to the last poll must have been read before its pause can pass.
        await vi.waitFor(() => expect(clock.pending).toBe(1), { interval: 5 });
        await clock.advance(INTERVAL_MS);
        await vi.waitFor(() => expect(simulator.calls(POLL)).toHaveLength(before + 1), { interval: 5 });
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test("gives an address to scan, and the credentials once a person agreed", async () => {
  await using desk = await openDesk();
  const registration = await desk.begin();
  const [shown] = desk.simulator.registrations();
  expect(registration).toMatchObject({
    verificationUrl: shown?.verificationUrl,
    userCode: shown?.userCode,
    expiresAtMs: desk.clock.nowMs() + 7_200_000,
  });
  expect(shown?.source).toBe("openClaw");
  const outcome = registration.outcome();
  await desk.polls(2);
  const { clientId, clientSecret } = desk.simulator.approveRegistration();
  await desk.polls(1);
  expect(await outcome).toEqual({ kind: "approved", clientId, clientSecret });
  expect(desk.simulator.violations()).toEqual([]);
});

test("believes a no only when DingTalk stays with it", async () => {
  await using desk = await openDesk();
  const registration = await desk.begin();
  const outcome = registration.outcome();
  const passing = { errcode: 0, status: "FAIL", fail_reason: "system busy" };
  desk.simulator.failNext(POLL, { status: 200, body: passing, times: 2 });
  await desk.polls(3);
  desk.simulator.refuseRegistration(undefined, "not\u001B[2J you");
  await desk.polls(4);
  expect(await outcome).toEqual({ kind: "refused", reason: "not [2J you" });
});

test("ends as expired when DingTalk says so, and at the end of the time when it does not", async () => {
  await using desk = await openDesk({ registration: { expiresInS: 12 } });
  const told = (await desk.begin({ doubtMs: 0 })).outcome();
  desk.simulator.expireRegistration();
  await desk.polls(1);
  expect(await told).toEqual({ kind: "expired" });
  const silent = (await desk.begin()).outcome();
  await desk.polls(3);
  expect(await silent).toEqual({ kind: "expired" });
});

test("lives through two minutes without an answer, and no longer", async () => {
  await using desk = await openDesk();
  const lucky = (await desk.begin()).outcome();
  const outage = desk.simulator.fault({ kind: "call.answer", where: { path: POLL }, status: 503 });
  await desk.polls(24);
  outage.lift();
  desk.simulator.approveRegistration();
  await desk.polls(1);
  expect((await lucky).kind).toBe("approved");

  const unlucky = (await desk.begin()).outcome();
  const lost = expect(unlucky).rejects.toMatchObject({ code: "DINGTALK_API", status: 503 });
  desk.simulator.fault({ kind: "call.answer", where: { path: POLL }, status: 503 });
  await desk.polls(25);
  await lost;
});

test("does not ask for two minutes about a code that DingTalk does not know", async () => {
  await using desk = await openDesk();
  const outcome = (await desk.begin()).outcome();
  const lost = expect(outcome).rejects.toThrow("POST /app/registration/poll: HTTP 200 400003");
  desk.simulator.fault({
    kind: "call.answer",
    where: { path: POLL },
    status: 200,
    body: { errcode: 400_003, errmsg: "device_code 不合法" },
  });
  await desk.polls(4);
  await lost;
});

test("stops at once when it is aborted, before and between the polls", async () => {
  await using desk = await openDesk();
  const reason = new Error("changed my mind");
  await expect(desk.begin({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const outcome = (await desk.begin()).outcome(controller.signal);
  await desk.polls(1);
  await vi.waitFor(() => expect(desk.clock.pending).toBe(1));
  controller.abort(reason);
  await expect(outcome).rejects.toBe(reason);
  expect(desk.clock.pending).toBe(0);
});

test("names the step that DingTalk refused", async () => {
  await using desk = await openDesk({ registration: { sources: ["somebody else"] } });
  await expect(desk.begin()).rejects.toThrow("DingTalk refused POST /app/registration/init: HTTP 200 400001");
  await expect(desk.begin({ source: "" })).rejects.toMatchObject({ code: "DINGTALK_CONFIG" });
});

test.each([
  ["no nonce", "init", { errcode: 0 }, "without nonce"],
  ["no code", "begin", { errcode: 0, device_code: "d" }, "without user_code"],
  [
    "an address that is none",
    "begin",
    { device_code: "d", user_code: "u", verification_uri: "javascript:1" },
    "address",
  ],
])("refuses an answer with %s", async (_what, step, body, message) => {
  await using desk = await openDesk();
  desk.simulator.failNext(`/app/registration/${step}`, { status: 200, body });
  await expect(desk.begin()).rejects.toThrow(message);
});

test("refuses success without credentials", async () => {
  await using desk = await openDesk();
  const outcome = (await desk.begin()).outcome();
  const lost = expect(outcome).rejects.toMatchObject({ code: "DINGTALK_DECODE" });
  desk.simulator.failNext(POLL, { status: 200, body: { errcode: 0, status: "SUCCESS", client_id: "ding" } });
  await desk.polls(1);
  await lost;
});
