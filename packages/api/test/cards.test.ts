import { FLOW_STATUS } from "@dingtalk-kit/protocol";
import type { CardDelivery, CardFrame } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { TOKEN_PATH, openApiDesk } from "./api-desk.ts";

const CREATE = "/v1.0/card/instances/createAndDeliver";
const STREAM = "/v1.0/card/streaming";

const card: CardDelivery = {
  outTrackId: "card-0001",
  templateId: "382e4302-551d-4880-bf29-a30acfab2e71.schema",
  target: { kind: "user", staffId: "user01" },
  params: { msgTitle: "Answer", flowStatus: FLOW_STATUS.PROCESSING },
  summary: "Answer",
};

const frame = (content: string, finalize = false): CardFrame => ({
  outTrackId: "card-0001",
  guid: `guid-${content.length}-${finalize}`,
  key: "msgContent",
  content,
  finalize,
  failed: false,
});

test("shows a card that grows and ends in one call each [S2-79 S2-80 S2-81 S2-82]", async () => {
  await using desk = await openApiDesk();
  const { carrierId } = await desk.api.cards.createAndDeliver(card);
  expect(carrierId).toBeTypeOf("string");
  await desk.api.cards.stream(frame("Hello"));
  await desk.api.cards.stream(frame("Hello, wor"));
  await desk.api.cards.stream(frame("Hello, world", true));
  const shown = desk.simulator.cards()[0];
  expect(shown).toMatchObject({ state: "FINISHED", text: "Hello, world", callbackType: "STREAM" });
  expect(shown?.carrierIds).toEqual([carrierId]);
  expect(desk.countOf(CREATE)).toBe(1);
  expect(desk.countOf(STREAM)).toBe(3);
  expect(desk.simulator.calls().length).toBe(1 + 1 + 3);
  expect(desk.simulator.violations()).toEqual([]);
});

test("puts a card into a group", async () => {
  const id = "cidGroupAAAA==";
  await using desk = await openApiDesk({ simulator: { groups: [{ id }] } });
  await desk.api.cards.createAndDeliver({ ...card, target: { kind: "group", conversationId: id } });
  expect(desk.simulator.cards()[0]?.conversationIds).toEqual([id]);
  expect(desk.simulator.calls(CREATE)[0]?.body).toMatchObject({
    openSpaceId: `dtv1.card//IM_GROUP.${id}`,
    imGroupOpenSpaceModel: { supportForward: true },
  });
});

test("merges an update into the card instead of replacing it", async () => {
  await using desk = await openApiDesk();
  await desk.api.cards.createAndDeliver(card);
  await desk.api.cards.update({ outTrackId: card.outTrackId, params: { flowStatus: FLOW_STATUS.FAILED } });
  expect(desk.simulator.cards()[0]).toMatchObject({ state: "FAILED", params: { msgTitle: "Answer" } });
});

test("does not take 'not delivered' inside HTTP 200 for a success", async () => {
  await using desk = await openApiDesk();
  const misdirected = { ...card, target: { kind: "user", staffId: "cidOfADirectChat==" } } as const;
  await expect(desk.api.cards.createAndDeliver(misdirected)).rejects.toMatchObject({
    code: "DINGTALK_CARD",
    status: 200,
    platformMessage: "spaceId is illegal",
  });
});

test("names the template that DingTalk does not know", async () => {
  await using desk = await openApiDesk();
  await expect(desk.api.cards.createAndDeliver({ ...card, templateId: "none.schema" })).rejects.toMatchObject(
    {
      code: "DINGTALK_API",
      status: 400,
      platformCode: "param.templateNotExist",
    },
  );
});

test("names the scope that the app lacks and the console page, and does not call again", async () => {
  await using desk = await openApiDesk({ simulator: { app: { scopes: ["qyapi_robot_sendmsg"] } } });
  const refused = desk.api.cards.createAndDeliver(card);
  await expect(refused).rejects.toMatchObject({
    code: "DINGTALK_PERMISSION",
    requiredScopes: ["Card.Instance.Write"],
  });
  await expect(refused).rejects.toThrow(/Card\.Instance\.Write: add it at https:\/\/open-dev\.dingtalk\.com/);
  expect(desk.countOf(CREATE)).toBe(1);
});

test("repeats a streamed frame once after a server's failure: its guid makes that safe", async () => {
  const clock = createManualClock();
  await using desk = await openApiDesk({ ports: { clock } });
  await desk.api.cards.createAndDeliver(card);
  desk.simulator.failNext(STREAM, { status: 503, body: { code: "system.busy", message: "busy" } });
  const streamed = desk.api.cards.stream(frame("Hello"));
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(300);
  await streamed;
  const guids = desk.simulator.calls(STREAM).map(({ body }) => body);
  expect(guids).toHaveLength(2);
  expect(guids[0]).toEqual(guids[1]);
});

test("does not repeat a frame that is throttled: the next one carries its text", async () => {
  await using desk = await openApiDesk();
  await desk.api.cards.createAndDeliver(card);
  const body = { code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", message: "slow down" };
  desk.simulator.failNext(STREAM, { status: 403, body });
  await expect(desk.api.cards.stream(frame("Hello"))).rejects.toMatchObject({
    code: "DINGTALK_RATE_LIMITED",
    retryAfterMs: 2_000,
  });
  expect(desk.countOf(STREAM)).toBe(1);
});

test("does not repeat a frame for a key that the template does not stream", async () => {
  await using desk = await openApiDesk();
  await desk.api.cards.createAndDeliver(card);
  await expect(desk.api.cards.stream({ ...frame("Hello"), key: "content" })).rejects.toMatchObject({
    status: 500,
    platformCode: "unknownError",
  });
  expect(desk.countOf(STREAM)).toBe(1);
});

test("does not create a card a second time: the receipt would be lost", async () => {
  await using desk = await openApiDesk();
  desk.simulator.failNext(CREATE, { status: 500, body: { code: "system.busy" } });
  await expect(desk.api.cards.createAndDeliver(card)).rejects.toMatchObject({ status: 500, retryable: true });
  expect(desk.countOf(CREATE)).toBe(1);
  expect(desk.countOf(TOKEN_PATH)).toBe(1);
});

test("calls an HTML page by its name", async () => {
  await using desk = await openApiDesk();
  desk.simulator.failNext(CREATE, {
    status: 400,
    body: "<html>The plain HTTP request was sent to HTTPS port</html>",
  });
  await expect(desk.api.cards.createAndDeliver(card)).rejects.toThrow(/not JSON \(HTML\?\)/);
});
