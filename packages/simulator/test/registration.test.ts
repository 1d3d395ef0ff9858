import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { RegistrationOptions, Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call } from "./call.ts";
import type { Answered } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

const step = ({ url }: Simulator, name: string, body: object): Promise<Answered> =>
  call(`${url}/app/registration/${name}`, body);

async function begin(
  simulator: Simulator,
): Promise<{ readonly began: Answered; readonly poll: () => Promise<Answered> }> {
  const { body } = await step(simulator, "init", { source: "openClaw" });
  const began = await step(simulator, "begin", { nonce: Object(body).nonce });
  return { began, poll: () => step(simulator, "poll", { device_code: began.at("device_code") }) };
}

test("leads from a nonce over a user code to the credentials of a robot that works", async () => {
  await using simulator = await openSimulator();
  const nonce = await step(simulator, "init", { source: "openClaw" });
  expect(nonce.body).toMatchObject({ errcode: 0, errmsg: "ok", expires_in: 300 });
  const began = await step(simulator, "begin", { nonce: nonce.at("nonce") });
  const userCode = String(began.at("user_code"));
  expect(userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}-[A-Z]{4}$/);
  expect(began.body).toMatchObject({ errcode: 0, expires_in: 7200, interval: 5 });
  expect(began.at("verification_uri_complete")).toBe(
    `${String(began.at("verification_uri"))}?user_code=${userCode}`,
  );
  const poll = (): Promise<Answered> => step(simulator, "poll", { device_code: began.at("device_code") });
  expect((await poll()).body).toEqual({ errcode: 0, errmsg: "ok", status: "WAITING" });

  const { clientId, clientSecret } = simulator.approveRegistration(userCode, { name: "helper" });
  expect((await poll()).body).toMatchObject({
    status: "SUCCESS",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const token = await call(`${simulator.url}/v1.0/oauth2/accessToken`, {
    appKey: clientId,
    appSecret: clientSecret,
  });
  expect(token.at("accessToken")).toMatch(/./);
  expect(simulator.registrations()).toMatchObject([
    { userCode, source: "openClaw", status: "SUCCESS", clientId, polls: 2 },
  ]);
});

test("tells why a person refused, and that time is over", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  const refused = await begin(simulator);
  simulator.refuseRegistration(undefined, "非应用创建者");
  expect((await refused.poll()).body).toMatchObject({ status: "FAIL", fail_reason: "非应用创建者" });
  const late = await begin(simulator);
  await clock.advance(7_200_000);
  expect((await late.poll()).at("status")).toBe("EXPIRED");
  const early = await begin(simulator);
  simulator.expireRegistration();
  expect((await early.poll()).at("status")).toBe("EXPIRED");
  expect(simulator.registrations().map(({ status }) => status)).toEqual(["FAIL", "EXPIRED", "EXPIRED"]);
});

test("takes a nonce once, and not for long, and knows its device codes", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ registration: { sources: ["openClaw"] } }, { clock });
  expect((await step(simulator, "init", { source: "other" })).at("errcode")).not.toBe(0);
  expect((await step(simulator, "init", {})).at("errcode")).not.toBe(0);
  const nonce = (await step(simulator, "init", { source: "openClaw" })).at("nonce");
  expect((await step(simulator, "begin", { nonce })).at("errcode")).toBe(0);
  expect((await step(simulator, "begin", { nonce })).at("errcode")).not.toBe(0);
  const stale = (await step(simulator, "init", { source: "openClaw" })).at("nonce");
  await clock.advance(300_000);
  expect((await step(simulator, "begin", { nonce: stale })).at("errcode")).not.toBe(0);
  expect((await step(simulator, "poll", { device_code: "none" })).at("errcode")).not.toBe(0);
});

test("announces what the options say, and notes who polls too often", async () => {
  const clock = createManualClock();
  const registration: RegistrationOptions = {
    expiresInS: 600,
    intervalS: 2,
    verificationUrl: "https://example.com/new?from=robot",
  };
  await using simulator = await openSimulator({ registration }, { clock });
  const { began, poll } = await begin(simulator);
  expect(began.body).toMatchObject({ expires_in: 600, interval: 2 });
  expect(began.at("verification_uri_complete")).toMatch(
    /^https:\/\/example\.com\/new\?from=robot&user_code=/,
  );
  await poll();
  await clock.advance(2_000);
  await poll();
  expect(simulator.violations()).toEqual([]);
  await clock.advance(1_000);
  await poll();
  expect(simulator.violations()).toMatchObject([expect.stringContaining("polled after 1000 ms")]);
  await expect(openSimulator({ registration: { intervalS: -1 } })).rejects.toThrow("registration.intervalS");
});

test("decides by the control API, once", async () => {
  await using simulator = await openSimulator();
  const control = `${simulator.url}/_sim/registrations`;
  const none = await call(`${control}/approve`, {});
  expect([none.status, none.at("code")]).toEqual([400, "DINGTALK_CONFIG"]);
  const first = await begin(simulator);
  const second = await begin(simulator);
  const userCode = first.began.at("user_code");
  const approved = await call(`${control}/approve`, {
    userCode,
    app: { clientId: "dingmine", name: "mine" },
  });
  expect(approved.body).toMatchObject({
    clientId: "dingmine",
    name: "mine",
    published: true,
    mode: "stream",
  });
  expect(approved.at("scopes")).toContain("Card.Streaming.Write");
  expect((await call(`${control}/refuse`, { userCode })).status).toBe(400);
  await call(`${control}/refuse`, { reason: "no" });
  expect((await second.poll()).at("fail_reason")).toBe("no");
  await begin(simulator);
  await call(`${control}/expire`, {});
  const states = (await call(control)).body;
  expect(states).toMatchObject([{ status: "SUCCESS" }, { status: "FAIL" }, { status: "EXPIRED" }]);
});

test("saves Stream mode for events only while a connection of the app is open", async () => {
  await using simulator = await openSimulator({ app: { events: "off" } });
  const save = (): Promise<Answered> => call(`${simulator.url}/_sim/stream-mode`, {});
  expect((await save()).status).toBe(400);
  await using peer = await openPeer(simulator, [{ type: "EVENT", topic: "*" }]);
  expect(await simulator.emitEvent({ type: "user_add_org" })).toMatchObject({ acked: false });
  expect((await save()).status).toBe(200);
  const delivery = simulator.emitEvent({ type: "user_add_org" });
  peer.ack(await peer.next());
  expect((await delivery).acked).toBe(true);
});
