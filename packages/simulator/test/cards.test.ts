import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";
import { expect, test } from "vitest";

import { cardCalls } from "./card-calls.ts";

const GROUP = "cidGroupAAAA==";

const inGroup = (simulator: Simulator, id = GROUP): object => ({
  openSpaceId: `dtv1.card//IM_GROUP.${id}`,
  imGroupOpenSpaceModel: { supportForward: true },
  imGroupOpenDeliverModel: { robotCode: simulator.app.robotCode },
});

const params = (cardParamMap: object): object => ({ cardData: { cardParamMap } });

test("delivers to a person and to a group, with a carrier id for each", async () => {
  await using simulator = await openSimulator({ groups: [{ id: GROUP }] });
  const cards = await cardCalls(simulator);
  const created = await cards.create();
  expect(created.body).toEqual({
    success: true,
    result: {
      outTrackId: "card-1",
      deliverResults: [
        {
          spaceType: "IM_ROBOT",
          spaceId: "user01",
          success: true,
          carrierId: expect.any(String),
          errorMsg: "",
        },
      ],
    },
  });
  await cards.create({ outTrackId: "card-2", ...inGroup(simulator) });
  expect(simulator.messages(GROUP)).toMatchObject([
    { kind: "card", outTrackId: "card-2", state: "PROCESSING" },
  ]);
  expect(simulator.cards()[0]?.carrierIds).toEqual([created.at("result.deliverResults.0.carrierId")]);
});

test("a conversation id in IM_ROBOT, a stranger and an unknown group fail inside HTTP 200", async () => {
  await using simulator = await openSimulator({ people: [{ staffId: "user01" }] });
  const cards = await cardCalls(simulator);
  const changes = [
    { openSpaceId: "dtv1.card//IM_ROBOT.cidDirect==" },
    { openSpaceId: "dtv1.card//IM_ROBOT.stranger" },
    inGroup(simulator, "cidNowhere=="),
  ];
  for (const [index, change] of changes.entries()) {
    const created = await cards.create({ outTrackId: `card-${index}`, ...change });
    expect([created.status, created.at("success")]).toEqual([200, true]);
    expect(created.at("result.deliverResults.0")).toMatchObject({
      success: false,
      errorMsg: "spaceId is illegal",
    });
  }
  expect(simulator.messages()).toEqual([]);
});

test.for([
  ["no template id", { cardTemplateId: "" }, "param.cardTemplateIdEmpty"],
  ["no outTrackId", { outTrackId: undefined }, "param.outTrackIdEmpty"],
  ["a long outTrackId", { outTrackId: "x".repeat(101) }, "param.invalid"],
  ["no openSpaceId", { openSpaceId: undefined }, "param.openSpaceIdEmpty"],
  ["no card data", { cardData: undefined }, "param.cardPublicDataEmpty"],
  ["a value that is no string", params({ msgContent: 1 }), "param.invalid"],
  ["an unknown template", { cardTemplateId: "none.schema" }, "param.templateNotExist"],
  ["an unpublished template", { cardTemplateId: "draft.schema" }, "param.templateUnpublished"],
  ["a broken openSpaceId", { openSpaceId: "IM_ROBOT.user01" }, "param.openSpaceIdInvalid"],
  ["an incomplete space model", { imRobotOpenSpaceModel: {} }, "param.openSpaceModelInvalid"],
  ["no deliver model", { imRobotOpenDeliverModel: undefined }, "param.openDeliverModelEmpty"],
  [
    "a foreign robot",
    { imRobotOpenDeliverModel: { robotCode: "dingnobody" } },
    "invalidParameter.robotCode.notExsit",
  ],
  ["a group without the robot's code", "group", "param.openDeliverModelError"],
  ["a callback type in lower case", { callbackType: "stream" }, "param.invalid"],
  ["an unknown template before a broken space", "order", "param.templateNotExist"],
] as const)("createAndDeliver refuses %s", async ([, change, code]) => {
  const templates = [{ id: "draft.schema", variables: {}, streaming: [], published: false }];
  await using simulator = await openSimulator({ templates, groups: [{ id: GROUP }] });
  const cards = await cardCalls(simulator);
  const changes = {
    group: { ...inGroup(simulator), imGroupOpenDeliverModel: {} },
    order: { cardTemplateId: "none.schema", openSpaceId: "broken" },
  };
  const created = await cards.create(typeof change === "string" ? changes[change] : change);
  expect([created.status, created.at("code")]).toEqual([400, code]);
  expect(simulator.cards()).toEqual([]);
});

test("a used outTrackId is refused, or has no effect if the option says so", async () => {
  await using strict = await openSimulator();
  const cards = await cardCalls(strict);
  await cards.create();
  expect((await cards.create()).at("code")).toBe("param.cardAlreadyExist");
  await using lenient = await openSimulator({ usedOutTrackId: "ignore" });
  const others = await cardCalls(lenient);
  await others.create();
  expect((await others.create(params({ msgTitle: "other" }))).status).toBe(200);
  expect(lenient.cards()[0]?.params).toMatchObject({ msgTitle: "T" });
  expect(lenient.messages()).toHaveLength(1);
});

test("an update overwrites the whole map, unless it asks to merge by key", async () => {
  await using simulator = await openSimulator();
  const cards = await cardCalls(simulator);
  await cards.create();
  await cards.update({
    ...params({ flowStatus: "2" }),
    cardUpdateOptions: { updateCardDataByKey: true },
  });
  expect(simulator.cards()[0]).toMatchObject({
    state: "INPUTING",
    params: { msgContent: "", msgTitle: "T", flowStatus: "2" },
  });
  await cards.update(params({ msgContent: "all", novel: "x" }));
  expect(simulator.cards()[0]).toMatchObject({
    params: { msgContent: "all", novel: "x" },
    undeclared: ["novel"],
  });
  expect(simulator.cards()[0]?.params).not.toHaveProperty("msgTitle");
});

test.for([
  [{ outTrackId: "" }, "param.outTrackIdEmpty"],
  [{}, "param.cardDataAndPrivateDataBothEmpty"],
  [{ outTrackId: "none", ...params({ a: "b" }) }, "param.cardNotExist"],
  [params({ flowStatus: 3 }), "param.invalid"],
] as const)("an update is refused: %o", async ([change, code]) => {
  await using simulator = await openSimulator();
  const cards = await cardCalls(simulator);
  await cards.create();
  expect((await cards.update(change)).at("code")).toBe(code);
});

test("streams through its states and records when it showed what", async () => {
  const clock = createManualClock(1_770_000_000_000);
  await using simulator = await openSimulator({}, { clock });
  const cards = await cardCalls(simulator);
  await cards.create();
  await clock.advance(500);
  await cards.stream({ content: "He" });
  await clock.advance(500);
  await cards.stream({ content: "Hello", isFinalize: true });
  await cards.update({
    ...params({ flowStatus: "3" }),
    cardUpdateOptions: { updateCardDataByKey: true },
  });
  expect(simulator.cards()[0]).toMatchObject({
    text: "Hello",
    history: [
      { atMs: 1_770_000_000_000, state: "PROCESSING", text: "" },
      { atMs: 1_770_000_000_500, state: "INPUTING", text: "He" },
      { atMs: 1_770_000_001_000, state: "FINISHED", text: "Hello" },
    ],
  });
});

test("ignores a guid that was used before, as a retry would", async () => {
  await using simulator = await openSimulator();
  const cards = await cardCalls(simulator);
  await cards.create();
  await cards.stream({ guid: "same", content: "first" });
  expect((await cards.stream({ guid: "same", content: "second" })).status).toBe(200);
  expect(simulator.cards()[0]?.text).toBe("first");
  await cards.stream({ guid: "last", content: "end", isFinalize: true });
  expect((await cards.stream({ guid: "last", content: "end", isFinalize: true })).status).toBe(200);
});

test("an empty text opens and closes a stream", async () => {
  await using simulator = await openSimulator();
  const cards = await cardCalls(simulator);
  await cards.create();
  expect((await cards.stream({ content: "" })).status).toBe(200);
  expect(simulator.cards()[0]?.state).toBe("INPUTING");
});

test("isError fails the card, if its template has that state", async () => {
  const spec = { variables: { answer: "string" }, streaming: ["answer"] } as const;
  const templates = [
    { id: "with.schema", ...spec },
    { id: "without.schema", ...spec, failedState: false },
  ];
  await using simulator = await openSimulator({ templates });
  const cards = await cardCalls(simulator);
  for (const [id, status] of [
    ["with", 200],
    ["without", 500],
  ] as const) {
    await cards.create({ cardTemplateId: `${id}.schema`, outTrackId: id, ...params({ answer: "" }) });
    expect((await cards.stream({ outTrackId: id, key: "answer", isError: true })).status).toBe(status);
  }
  expect(simulator.cards().map(({ state }) => state)).toEqual(["FAILED", "PROCESSING"]);
});

test("a string variable may be appended to", async () => {
  const templates = [{ id: "plain.schema", variables: { answer: "string" }, streaming: ["answer"] }] as const;
  await using simulator = await openSimulator({ templates });
  const cards = await cardCalls(simulator);
  await cards.create({ cardTemplateId: "plain.schema", ...params({ answer: "" }) });
  await cards.stream({ key: "answer", content: "one ", isFull: undefined });
  await cards.stream({ key: "answer", content: "two", isFull: false });
  expect(simulator.cards()[0]?.text).toBe("one two");
});

test.for([
  ["no outTrackId", { outTrackId: "" }, 400, "param.stream.outTrackId"],
  ["an unknown card", { outTrackId: "none" }, 400, "param.stream.outTrackId"],
  ["no guid", { guid: "" }, 400, "param.stream.guidEmpty"],
  ["no key", { key: "" }, 400, "param.stream.keyEmpty"],
  ["no content", { content: undefined }, 400, "param.stream.contentEmpty"],
  ["Markdown in pieces", { isFull: false }, 400, "param.stream.isFull"],
  ["Markdown without isFull", { isFull: undefined }, 400, "param.stream.isFull"],
  ["a variable of another template", { key: "content" }, 500, "unknownError"],
  ["a variable that does not stream", { key: "msgTitle" }, 500, "unknownError"],
  ["too much text", { content: "字".repeat(400) }, 400, "param.stream.content"],
] as const)("streaming refuses %s", async ([, change, status, code]) => {
  await using simulator = await openSimulator({ streamMaxBytes: 1_000 });
  const cards = await cardCalls(simulator);
  await cards.create();
  const streamed = await cards.stream(change);
  expect([streamed.status, streamed.at("code")]).toEqual([status, code]);
  expect(simulator.cards()[0]?.state).toBe("PROCESSING");
});

test.for([
  ["strict", 500],
  ["lenient", 200],
] as const)("after the end, %s streaming answers %i and changes nothing", async ([afterFinalize, status]) => {
  const options: SimulatorOptions = { afterFinalize };
  await using simulator = await openSimulator(options);
  const cards = await cardCalls(simulator);
  await cards.create();
  await cards.stream({ content: "end", isFinalize: true });
  expect((await cards.stream({ content: "more" })).status).toBe(status);
  expect(simulator.cards()[0]).toMatchObject({ state: "FINISHED", text: "end" });
});

test("another app's card does not exist", async () => {
  const other = { clientId: "dingother", clientSecret: "other-secret" };
  await using simulator = await openSimulator({ apps: [other] });
  await (await cardCalls(simulator)).create();
  const foreign = await cardCalls({ ...simulator, app: simulator.addApp(other) });
  expect((await foreign.stream()).at("code")).toBe("param.stream.outTrackId");
});
