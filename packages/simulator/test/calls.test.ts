import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, tokenOf } from "./call.ts";

const PATH = "/v1.0/robot/groupMessages/send";

test("records every call with what was asked and answered", async () => {
  await using simulator = await openSimulator({}, { clock: createManualClock(1_770_000_000_000) });
  await call(`${simulator.url}${PATH}?x=1`, { robotCode: "a" }, { headers: { "x-mark": "yes" } });
  await call(`${simulator.url}/v1.0/unknown`);
  expect(simulator.calls()).toMatchObject([
    {
      atMs: 1_770_000_000_000,
      method: "POST",
      path: PATH,
      query: { x: "1" },
      headers: { "x-mark": "yes" },
      body: { robotCode: "a" },
      status: 400,
      answer: { code: "InvalidAuthentication" },
    },
    { method: "GET", path: "/v1.0/unknown", status: 404, answer: { code: "InvalidAction.NotFound" } },
  ]);
  expect(simulator.calls("/v1.0/robot/*")).toHaveLength(1);
  expect(simulator.calls({ method: "get" })).toHaveLength(1);
  expect(simulator.calls(`${PATH}x`)).toEqual([]);
});

test("fails the next calls to a path as ordered, then answers again", async () => {
  await using simulator = await openSimulator();
  simulator.failNext("/v1.0/oauth2/*", { status: 503, body: "<html>busy</html>", times: 2 });
  const token = async () => {
    const { clientId: appKey, clientSecret: appSecret } = simulator.app;
    return call(`${simulator.url}/v1.0/oauth2/accessToken`, { appKey, appSecret });
  };
  expect((await token()).text).toBe("<html>busy</html>");
  expect([(await token()).status, (await token()).status]).toEqual([503, 200]);
  simulator.failNext(PATH, { status: 403, body: { code: "x" } });
  expect((await call(`${simulator.url}${PATH}`, {})).at("code")).toBe("x");
});

test("answers late where the options say so", async () => {
  const clock = createManualClock();
  await using simulator = await openSimulator({ latencyMs: { [PATH]: 3_000 } }, { clock });
  expect(await tokenOf(simulator)).toMatch(/^[0-9a-f]{32}$/);
  let isAnswered = false;
  const answer = call(`${simulator.url}${PATH}`, {}).then((answered) => {
    isAnswered = true;
    return answered;
  });
  while (clock.pending === 0) await tokenOf(simulator);
  expect(isAnswered).toBe(false);
  await clock.advance(3_000);
  expect((await answer).status).toBe(400);
});
