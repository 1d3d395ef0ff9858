import { openSimulator } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { call, dig, tokenOf } from "./call.ts";
import { openPeer } from "./stream-peer.ts";

test("carries one message to the robot, and a card and a plain message back", async () => {
  await using simulator = await openSimulator();
  await using peer = await openPeer(simulator);
  const said = await simulator.say("hi");
  const frame = await peer.next();
  expect(dig(frame.data, "text.content")).toBe("hi");
  peer.ack(frame);
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 1, data: '{"response":null}' });

  const token = await tokenOf(simulator);
  const card = {
    cardTemplateId: "382e4302-551d-4880-bf29-a30acfab2e71.schema",
    outTrackId: "card-1",
    callbackType: "STREAM",
    cardData: { cardParamMap: { msgContent: "" } },
    openSpaceId: "dtv1.card//IM_ROBOT.user01",
    imRobotOpenSpaceModel: { supportForward: true },
    imRobotOpenDeliverModel: { spaceType: "IM_ROBOT", robotCode: simulator.app.robotCode },
  };
  const created = await call(`${simulator.url}/v1.0/card/instances/createAndDeliver`, card, { token });
  expect(created.at("result.deliverResults.0.success")).toBe(true);
  const stream = (guid: string, content: string, isFinalize: boolean) =>
    call(
      `${simulator.url}/v1.0/card/streaming`,
      { outTrackId: "card-1", guid, key: "msgContent", content, isFull: true, isFinalize, isError: false },
      { token, method: "PUT" },
    );
  await stream("1", "he", false);
  await stream("2", "hello", true);
  const answer = await simulator.answer(said);
  expect(answer).toMatchObject({ kind: "card", text: "hello", state: "FINISHED" });
  expect(answer.history.map(({ state, text }) => [state, text])).toEqual([
    ["PROCESSING", ""],
    ["INPUTING", "he"],
    ["FINISHED", "hello"],
  ]);

  await call(String(dig(frame.data, "sessionWebhook")), { msgtype: "text", text: { content: "yo" } });
  expect(await simulator.answer(said)).toMatchObject({ kind: "message", text: "yo", state: "FINISHED" });
  expect(simulator.violations()).toEqual([]);
});
