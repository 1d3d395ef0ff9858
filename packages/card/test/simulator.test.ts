import { expect, test } from "vitest";

import { resolveCardTemplate } from "../src/template.ts";
import { CREATE, openDesk, SEND, shown, STREAM, UPDATE } from "./simulator-desk.ts";

test("grows one card in a 1:1 chat: createAndDeliver, streaming, finalize [S2-79 S2-80 S2-81 S2-91 S2-92]", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say("hi");
  const reply = desk.reply();
  await reply.open();
  reply.update("Hel");
  await shown(desk.simulator, "Hel");
  const outcome = await reply.finish("Hello **world**");
  const answer = await desk.simulator.answer(said);
  expect(answer).toMatchObject({ kind: "card", text: "Hello **world**", state: "FINISHED" });
  expect(answer.history.map(({ state }) => state)).toEqual(["PROCESSING", "INPUTING", "FINISHED"]);
  expect(answer.outTrackId).toBe(outcome.outTrackId);
  expect(desk.simulator.cards().map(({ carrierIds }) => carrierIds)).toEqual([[outcome.carrierId]]);
  expect(desk.paths()).toEqual([CREATE, STREAM, STREAM, UPDATE]);
  expect(desk.simulator.violations()).toEqual([]);
  expect(desk.log.lines).toEqual([]);
});

test("grows one card in a group", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say({ text: "hi", conversation: "cidGroupAbC==" });
  const reply = desk.reply({ target: { kind: "group", conversationId: "cidGroupAbC==" } });
  await reply.finish("Hello group");
  expect(await desk.simulator.answer(said)).toMatchObject({
    kind: "card",
    text: "Hello group",
    state: "FINISHED",
  });
  expect(desk.simulator.violations()).toEqual([]);
});

test("ends a stopped answer as FAILED with the reason under what was said", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say("tell me a long story");
  const reply = desk.reply();
  reply.update("Once upon a time");
  await shown(desk.simulator, "Once upon a time");
  await reply.fail("已停止");
  expect(await desk.simulator.answer(said)).toMatchObject({
    state: "FAILED",
    text: "Once upon a time\n\n已停止",
  });
});

test("streams into a custom template with its own key, one call per frame and one to create [S2-82 S2-95]", async () => {
  await using desk = await openDesk({
    templates: [{ id: "custom.schema", variables: { answer: "markdown" }, streaming: ["answer"] }],
  });
  const said = await desk.simulator.say("hi");
  const template = resolveCardTemplate({ cardTemplateId: "custom.schema", cardTemplateKey: "answer" });
  const reply = desk.reply({ template });
  await reply.open();
  expect(desk.simulator.cards()[0]?.params["answer"]).toBe("思考中…");
  const outcome = await reply.finish("in my template");
  expect(await desk.simulator.answer(said)).toMatchObject({ text: "in my template", state: "FINISHED" });
  expect(desk.paths()).toEqual([CREATE, STREAM]);
  expect(outcome.calls).toBe(2);
});

test("answers by message when the template does not exist, and says which option to mend", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say("hi");
  const reply = desk.reply({ template: resolveCardTemplate({ cardTemplateId: "missing.schema" }) });
  reply.update("he");
  const outcome = await reply.finish("hello");
  expect(await desk.simulator.answer(said)).toMatchObject({
    kind: "message",
    text: "hello",
    state: "FINISHED",
  });
  expect(outcome).toMatchObject({ route: "markdown", state: "FINISHED" });
  expect(desk.log.lines.map(({ fields }) => fields["next"])).toEqual([
    expect.stringContaining("cardTemplateId"),
  ]);
});

test("answers by message when the key is not a streaming variable, and closes the card", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say("hi");
  const reply = desk.reply({ template: resolveCardTemplate({ cardTemplateKey: "nonsense" }) });
  await reply.open();
  reply.update("he");
  await reply.finish("hello");
  expect(desk.simulator.messages(said.conversationId).map(({ text }) => text)).toContain("hello");
  expect(desk.simulator.cards().map(({ state }) => state)).toEqual(["FAILED"]);
  expect(desk.log.lines.map(({ fields }) => fields["next"])).toEqual([
    expect.stringContaining("cardTemplateKey"),
  ]);
});

test("repairs the card after passing failures, an HTML page among them", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say("hi");
  const reply = desk.reply();
  await reply.open();
  desk.simulator.failNext(STREAM, { status: 502, body: "<html>Bad gateway</html>", times: 2 });
  reply.update("one");
  await shown(desk.simulator, "one");
  await reply.finish("one two");
  expect(await desk.simulator.answer(said)).toMatchObject({
    kind: "card",
    text: "one two",
    state: "FINISHED",
  });
  expect(desk.log.lines).toEqual([]);
});

test("sends what the card cannot hold in messages after it", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say("write a lot");
  const text = Array.from({ length: 150 }, (_, at) => `${at}. ${"很长的内容。".repeat(10)}`).join("\n\n");
  const outcome = await desk.reply().finish(text);
  const parts = desk.simulator.messages(said.conversationId).filter(({ byRobot }) => byRobot);
  expect(parts.map(({ kind }) => kind)).toEqual(["card", ...outcome.receipts.map(() => "message")]);
  expect(parts.map((part) => part.text).join("\n\n")).toBe(text);
  expect(desk.simulator.violations()).toEqual([]);
});

test("answers in Markdown mode by one message: two calls with the token, one when it is cached [S2-78]", async () => {
  await using desk = await openDesk();
  const said = await desk.simulator.say("hi");
  const reply = desk.reply({ mode: "markdown" });
  await reply.open();
  reply.update("# He");
  await reply.finish("# Hello\n\nthere");
  expect(await desk.simulator.answer(said)).toMatchObject({
    kind: "message",
    title: "Hello",
    text: "# Hello\n\nthere",
  });
  await desk.reply({ mode: "markdown" }).finish("again");
  expect(desk.simulator.calls().map(({ path }) => path)).toEqual(["/v1.0/oauth2/accessToken", SEND, SEND]);
});
