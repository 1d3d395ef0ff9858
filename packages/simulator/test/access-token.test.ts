import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, tokenOf } from "./call.ts";

const oapiToken = ({ url, app }: Simulator) =>
  call(`${url}/gettoken?appkey=${app.clientId}&appsecret=${app.clientSecret}`);
const useToken = ({ url }: Simulator, token: string | undefined) =>
  call(`${url}/v1.0/robot/groupMessages/send`, { robotCode: "none" }, token === undefined ? {} : { token });

test("both gateways give the same token again while it is valid, and extend it", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  const first = await tokenOf(simulator);
  await clock.advance(7_000_000);
  const second = await oapiToken(simulator);
  expect(second.body).toEqual({ errcode: 0, errmsg: "ok", access_token: first, expires_in: 7200 });
  await clock.advance(7_199_999);
  expect(await tokenOf(simulator)).toBe(first);
  await clock.advance(7_200_000);
  expect(await tokenOf(simulator)).not.toBe(first);
});

test("wrong credentials and missing bodies are refused in each gateway's own shape", async () => {
  await using simulator = await openSimulator();
  const url = `${simulator.url}/v1.0/oauth2/accessToken`;
  const wrong = await call(url, { appKey: simulator.app.clientId, appSecret: "wrong" });
  expect([wrong.status, wrong.at("code")]).toEqual([400, "invalidClientIdOrSecret"]);
  expect(wrong.at("requestid")).toMatch(/^[0-9A-F-]{36}$/);
  const form = await call(url, undefined, {
    raw: "appKey=a&appSecret=b",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect([form.status, form.at("code")]).toEqual([400, "Missingbody"]);
  const legacy = await call(`${simulator.url}/gettoken?appkey=a&appsecret=b`);
  expect([legacy.status, legacy.at("errcode")]).toEqual([200, 40_089]);
});

test("a missing, unknown or expired token is refused with 400 InvalidAuthentication", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({}, { clock });
  for (const token of [undefined, "unknown"]) {
    const answer = await useToken(simulator, token);
    expect([answer.status, answer.at("code")]).toEqual([400, "InvalidAuthentication"]);
  }
  const token = await tokenOf(simulator);
  expect((await useToken(simulator, token)).at("code")).toBe("invalidParameter.robotCode.notExsit");
  simulator.expireTokens();
  expect((await useToken(simulator, token)).at("code")).toBe("InvalidAuthentication");
  const later = await tokenOf(simulator);
  await clock.advance(7_200_000);
  expect((await useToken(simulator, later)).at("code")).toBe("InvalidAuthentication");
});

test("the status for a bad token is an option", async () => {
  await using simulator = await openSimulator({ tokenRefusalStatus: 401 });
  expect((await useToken(simulator, "unknown")).status).toBe(401);
});

test("a call without the scope names the scope to ask for", async () => {
  await using simulator = await openSimulator({ app: { scopes: ["Card.Instance.Write"] } });
  const answer = await useToken(simulator, await tokenOf(simulator));
  expect([answer.status, answer.at("code")]).toEqual([
    403,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied",
  ]);
  expect(answer.at("accessdenieddetail.requiredScopes")).toEqual(["qyapi_robot_sendmsg"]);
});

test("above the limit an app's calls to one API are refused with 403, and again accepted a second later", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ qpsLimit: 2 }, { clock });
  const token = await tokenOf(simulator);
  const codes = [];
  for (let i = 0; i < 3; i += 1) codes.push((await useToken(simulator, token)).status);
  expect(codes).toEqual([400, 400, 403]);
  expect((await useToken(simulator, token)).at("code")).toBe(
    "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
  );
  await clock.advance(1000);
  expect((await useToken(simulator, token)).status).toBe(400);
});
