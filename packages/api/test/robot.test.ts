import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createDingTalkApi } from "../src/index.ts";
import { createNet } from "@dingtalk-kit/net";
import { TOKEN_PATH, openApiDesk } from "./api-desk.ts";

const USER_PATH = "/v1.0/robot/oToMessages/batchSend";
const GROUP_PATH = "/v1.0/robot/groupMessages/send";
const user = { kind: "user", staffId: "user01" } as const;

test("sends text and Markdown to a person with two calls, token included [S2-77 S2-78 S2-72]", async () => {
  await using desk = await openApiDesk();
  const receipt = await desk.api.robot.send(user, { kind: "text", text: "你好" });
  expect(receipt).toMatchObject({ route: "robot-api", processQueryKey: expect.any(String) });
  expect(desk.simulator.calls().map(({ path }) => path)).toEqual([TOKEN_PATH, USER_PATH]);
  await desk.api.robot.send(user, { kind: "markdown", title: "T", text: "**b**" });
  const shown = desk.simulator.messages();
  expect(shown.map(({ msgtype, title, text }) => ({ msgtype, title, text }))).toEqual([
    { msgtype: "text", title: undefined, text: "你好" },
    { msgtype: "markdown", title: "T", text: "**b**" },
  ]);
  expect(shown[0]?.id).toBe(receipt.processQueryKey);
});

test("sends into a group", async () => {
  const id = "cidGroupAAAA==";
  await using desk = await openApiDesk({ simulator: { groups: [{ id }] } });
  const target = { kind: "group", conversationId: id } as const;
  const receipt = await desk.api.robot.send(target, { kind: "text", text: "hi all" });
  expect(receipt.processQueryKey).toBeTypeOf("string");
  expect(desk.simulator.messages(id)).toHaveLength(1);
  expect(desk.countOf(GROUP_PATH)).toBe(1);
});

test("does not take HTTP 200 for a success when the only receiver is invalid", async () => {
  await using desk = await openApiDesk({ simulator: { people: [{ staffId: "user01" }] } });
  const sent = desk.api.robot.send({ kind: "user", staffId: "stranger" }, { kind: "text", text: "hi" });
  await expect(sent).rejects.toMatchObject({ code: "DINGTALK_API", platformCode: "invalidStaffIdList" });
  await expect(sent).rejects.toThrow(/stranger/);
});

test("names a flow-controlled receiver", async () => {
  await using desk = await openApiDesk({ simulator: { flowControlledStaffIds: ["user01"] } });
  const sent = desk.api.robot.send(user, { kind: "text", text: "hi" });
  await expect(sent).rejects.toMatchObject({ platformCode: "flowControlledStaffIdList" });
});

test("passes DingTalk's refusal on and does not send again", async () => {
  await using desk = await openApiDesk();
  desk.simulator.failNext(USER_PATH, { status: 500, body: { code: "system.error", message: "oops" } });
  await expect(desk.api.robot.send(user, { kind: "text", text: "hi" })).rejects.toMatchObject({
    status: 500,
  });
  expect(desk.countOf(USER_PATH)).toBe(1);
});

test("uses the robot code that it was given", async () => {
  await using desk = await openApiDesk({ api: { robotCode: "dingotherrobot" } });
  await expect(desk.api.robot.send(user, { kind: "text", text: "hi" })).rejects.toMatchObject({
    status: 400,
  });
  expect(desk.simulator.calls(USER_PATH)[0]?.body).toMatchObject({ robotCode: "dingotherrobot" });
});

test("ends a call at the time limit of its options", async () => {
  await using desk = await openApiDesk({ simulator: { latencyMs: { [USER_PATH]: 60_000 } } });
  const clock = createManualClock();
  await using net = createNet({}, { clock });
  const { clientId, clientSecret } = desk.simulator.app;
  const options = { clientId, clientSecret, endpoints: desk.simulator.endpoints, timeoutMs: 2_000 };
  const api = createDingTalkApi(options, { net });
  await api.token.get();
  const sent = api.robot.send(user, { kind: "text", text: "hi" });
  const settled = sent.then(
    () => "sent",
    (error: unknown) => error,
  );
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(2_000);
  expect(await settled).toMatchObject({ code: "DINGTALK_TIMEOUT", timeoutMs: 2_000 });
});

test("refuses options that make no sense, and names them", async () => {
  await using net = createNet();
  const good = { clientId: "a", clientSecret: "b" };
  expect(() => createDingTalkApi({ ...good, clientId: "" }, { net })).toThrow(/clientId/);
  expect(() => createDingTalkApi({ ...good, timeoutMs: 1 }, { net })).toThrow(/timeoutMs/);
  expect(() => createDingTalkApi({ ...good, endpoints: { api: "ftp://x" } }, { net })).toThrow(/api/);
  const unknown = { ...good, timeout: 5 };
  expect(() => createDingTalkApi(unknown, { net })).toThrow(/timeout/);
});
