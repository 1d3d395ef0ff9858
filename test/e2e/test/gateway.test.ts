import { PassThrough } from "node:stream";

import { runChat, runRealChat, type Gateway } from "@dingtalk-kit/example-demo";
import type { LedgerEntry, SaidMessage, ShownMessage } from "dingtalk-simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";

import { APPS, sharedAccounts } from "../src/accounts.ts";
import {
  ANSWER_TIMEOUT_MS,
  ask,
  modelSaw,
  openStage,
  pairingCode,
  untilConnected,
  type Stage,
} from "../src/stage.ts";

const GROUP = "cidE2eTeamRoom==";

// One gateway for all: it takes 15 to 50 s to start. Each test has people, groups and texts of its own.
let stage: Stage;
let gateway: Gateway;

beforeAll(async () => {
  stage = await openStage({
    simulator: {
      apps: Object.values(APPS),
      groupDelivery: "all",
      redelivery: { count: 2, delayMs: 1_000 },
      undeliverable: "hold",
      flowControlledStaffIds: ["flooded"],
    },
  });
  const { app, endpoints } = stage.simulator;
  await stage.configure(sharedAccounts(app, endpoints));
  // For the reminders below.
  Object.assign(stage.home.env, { OPENCLAW_SKIP_CRON: "0" });
  gateway = await stage.start();
  await untilConnected(stage.simulator, [
    app.clientId,
    APPS.markdown.clientId,
    APPS.pairing.clientId,
    APPS.strict.clientId,
    APPS.template.clientId,
  ]);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
});

/** The one line about `account`, once it is there. */
async function onlyLine(account: string): Promise<string> {
  const line = await gateway.log.find(new RegExp(`\\[${account}\\] `));
  const lines = gateway.log.lines.filter((other) => other.includes(`[${account}] `));
  expect(lines, lines.join("\n")).toHaveLength(1);
  return line;
}

const inGroup = (): readonly ShownMessage[] => stage.simulator.messages(GROUP);

// First, because a restart of the channel repeats the lines.
describe("says in one line each what is wrong with the config, and goes on", () => {
  test("wrong credentials: stage, DingTalk's answer and where to compare them, each once", async () => {
    const line = await onlyLine("wrong");
    expect(line).toMatch(
      /\[connect\.open\] .*status=401 code=authFailed .*Next: .*credentials.*client secret/,
    );
    for (const once of ["connect.open", "authFailed", "Next:", "client secret", "attempt="]) {
      expect(line.split(once), line).toHaveLength(2);
    }
    expect(gateway.log.lines.join("\n")).not.toContain("not-the-secret");
  });

  test("an app without a published version: stage, DingTalk's answer and what to publish", async () => {
    const line = await onlyLine("unpublished");
    expect(line).toMatch(/\[connect\.open\] .*status=400 .*Next: .*published version/);
  });

  test("a second account with the same app: the first keeps the only connection", async () => {
    const line = await onlyLine("twin");
    expect(line).toMatch(/not started: config: account "card" .*clientId.* Next: remove one of the two/);
    expect(stage.simulator.connections(stage.simulator.app.clientId)).toHaveLength(1);
  });

  test("an account with half of its credentials", async () => {
    const line = await onlyLine("half");
    expect(line).toMatch(
      /not started: config: no clientSecret.* Next: set channels\.dingtalk\.accounts\.half\./,
    );
  });

  test("keys that nobody reads, of the section and of an account", async () => {
    await gateway.log.find(/unknown keys are ignored/);
    const lines = gateway.log.lines.filter((line) => /gatewayToken|cardTemplate\b/.test(line));
    expect(lines, lines.join("\n")).toHaveLength(2);
    expect(lines.join("\n")).toMatch(/config: channels\.dingtalk\.gatewayToken: has no effect: /);
    expect(lines.join("\n")).toContain(
      "unknown keys are ignored: channels.dingtalk.accounts.card.cardTemplate (did you mean cardTemplateId?)",
    );
  });

  test("a card template that does not exist: the answer comes in Markdown", async () => {
    const { clientId } = APPS.template;
    const answer = await ask(stage, { clientId, from: "alice", text: "hello template" });
    expect(answer).toMatchObject({ kind: "message" });
    expect(answer.text).toContain("hello template");
    const lines = gateway.log.lines.filter((line) => /\[template\] .*Next: /.test(line));
    expect(lines, lines.join("\n")).toHaveLength(1);
    expect(lines[0]).toMatch(/Markdown .*param\.templateNotExist.* stage=http .*Next: .*cardTemplateId/);
  });

  test("nothing of this holds up the other accounts", async () => {
    expect((await ask(stage, { from: "alice", text: "are you well?" })).state).toBe("FINISHED");
  });
});

test("reports a CA file that is not there in one line and leaves the other accounts alone", async () => {
  const line = await gateway.log.find(/\[untrusting\] not started/);
  expect(line).toContain("caFile: /no/such/company-ca.pem cannot be read by the gateway (ENOENT)");
  expect(gateway.log.lines.filter((other) => other.includes("company-ca.pem"))).toHaveLength(1);
});

describe("answers in cards", () => {
  test("grows one card from PROCESSING through INPUTING to FINISHED in a 1:1 chat [S2-29 S2-30 S2-31 S2-32 S2-36 S2-37 S2-61 S2-66 S2-92 S2-96 S4-17 S4-18]", async () => {
    const answer = await ask(stage, { from: "alice", text: "hello card" });
    expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
    expect(answer.text).toContain("You wrote **hello card**.");
    const states = answer.history.map(({ state }) => state);
    expect(states[0]).toBe("PROCESSING");
    expect(states.at(-1)).toBe("FINISHED");
    expect(states.filter((state) => state === "INPUTING").length).toBeGreaterThan(1);
    const lengths = answer.history.map(({ text }) => text.length);
    expect(lengths.toSorted((a, b) => a - b)).toEqual(lengths);
  });

  test("answers an @mention in a group with a card there, and stays silent without one [S1-27 S2-33 S2-97]", async () => {
    await stage.simulator.say({
      from: "bob",
      conversation: GROUP,
      mention: false,
      text: "nobody asked the robot",
    });
    const answer = await ask(stage, { from: "alice", conversation: GROUP, text: "hello group" });
    expect(answer).toMatchObject({ kind: "card", state: "FINISHED", conversationId: GROUP });
    expect(answer.text).toContain("hello group");
    expect(inGroup().filter(({ byRobot }) => byRobot)).toHaveLength(1);
    expect(stage.model.requests.some(({ userText }) => userText === "nobody asked the robot")).toBe(false);
  });

  test("shows the agent the words of others that a message replies to", async () => {
    const conversation = "cidE2eQuotes==";
    const text = "the bridge opens at nine";
    const said = await stage.simulator.say({ from: "bob", conversation, mention: false, text });
    const reply = { from: "alice", conversation, text: "is that so?", quote: said.messageId };
    expect((await ask(stage, reply)).text).toContain("is that so?");
    const request = stage.model.requests.findLast(({ userText }) => userText === "is that so?");
    expect(request?.body).toMatch(/is_quote.{0,80}the bridge opens at nine/);
  });

  test("keeps Markdown whole, code blocks included", async () => {
    const answer = await ask(stage, { from: "alice", text: "#code" });
    expect(answer.text).toContain("```ts\nconst greet");
    expect(answer.text).toContain("Save it as `greet.ts`");
  });

  test("answers when the model reasons first and no part of the answer comes early", async () => {
    const answer = await ask(stage, { from: "alice", text: "#think of rain" });
    expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
    expect(answer.text).toContain("I thought about “of rain”");
    expect(answer.text).not.toContain("Let me think");
  });

  test("answers after the agent used a tool", async () => {
    const answer = await ask(stage, { from: "alice", text: '#tool ls {"path":"."}' });
    expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
    expect(answer.text).toContain("The tool said:");
  });

  test("answers two messages in a row one after the other, in order", async () => {
    const first = await stage.simulator.say({ from: "otto", text: "number one" });
    const second = await stage.simulator.say({ from: "otto", text: "number two" });
    const one = await stage.simulator.answer(first, { timeoutMs: ANSWER_TIMEOUT_MS });
    const two = await stage.simulator.answer(second, { timeoutMs: ANSWER_TIMEOUT_MS });
    expect(one.text).toContain("number one");
    expect(two.text).toContain("number two");
    expect(one.history.at(-1)?.atMs).toBeLessThanOrEqual(two.atMs);
  });

  test("shows in the terminal of the demo how the card grows", async () => {
    const input = new PassThrough();
    const output = new PassThrough({ encoding: "utf8" });
    input.end("hello terminal\n");
    await runChat(stage.simulator, { input, output }, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
    const shown = String(output.read());
    expect(shown).toMatch(/\[(PROCESSING|INPUTING)\][\s\S]*\[FINISHED\]/);
    expect(shown).toContain("**hello terminal**");
  });
});

describe("answers in Markdown messages", () => {
  const { clientId } = APPS.markdown;

  test("answers in a 1:1 chat with one Markdown message [S2-35]", async () => {
    const answer = await ask(stage, { clientId, from: "alice", text: "hello markdown" });
    expect(answer).toMatchObject({ kind: "message", route: "session-webhook" });
    expect(answer.text).toContain("You wrote **hello markdown**.");
    expect(shownTo(answer.conversationId).map(({ msgtype }) => msgtype)).toEqual(["markdown"]);
  });

  test("answers an @mention in a group there", async () => {
    const answer = await ask(stage, {
      clientId,
      from: "alice",
      conversation: "cidE2eMarkdownRoom==",
      text: "hello room",
    });
    expect(answer).toMatchObject({ kind: "message", conversationId: "cidE2eMarkdownRoom==" });
    expect(answer.text).toContain("hello room");
  });
});

describe("commands", () => {
  test("answers /new, /compact and /models [S4-23]", async () => {
    await ask(stage, { from: "carol", text: "something to compact" });
    const models = await ask(stage, { from: "carol", text: "/models" });
    expect(models.text).toMatch(/demo/);
    const compacted = await ask(stage, { from: "carol", text: "/compact" });
    expect(compacted.text).toMatch(/compact/i);
    const fresh = await ask(stage, { from: "carol", text: "/new" });
    expect(fresh.text).not.toBe("");
    await ask(stage, { from: "carol", text: "are we new?" });
    expect(stage.model.requests.at(-1)?.body).not.toContain("something to compact");
  });

  test("ends the card visibly when /stop comes in the middle of the answer", async () => {
    const asked = await stage.simulator.say({ from: "dave", text: "#hold" });
    await expect.poll(() => stage.model.held, { timeout: ANSWER_TIMEOUT_MS }).toBe(1);
    await expect
      .poll(() => shownTo(asked.conversationId).at(-1)?.text, { timeout: 30_000 })
      .toContain("Once there was a nail");
    const stop = await stage.simulator.say({ from: "dave", text: "/stop" });
    const stopped = await stage.simulator.answer(asked, { timeoutMs: ANSWER_TIMEOUT_MS });
    expect(stopped.kind).toBe("card");
    expect(["FINISHED", "FAILED"]).toContain(stopped.state);
    expect(stopped.text).toMatch(/stopped|已停止/i);
    await expect.poll(() => stage.model.held, { timeout: 30_000 }).toBe(0);
    await stop.delivered;

    const next = await ask(stage, { from: "dave", text: "and now?" });
    expect(next.state).toBe("FINISHED");
  });
});

describe("lets in whom the user let in", () => {
  const { clientId } = APPS.pairing;

  test("gives a stranger a pairing code and runs nothing until the owner approves it [S2-62]", async () => {
    const challenge = await ask(stage, { clientId, from: "erin", text: "open sesame 4711" });
    expect(challenge.text).toContain("erin");
    expect(modelSaw(stage.model, "open sesame 4711")).toBe(false);

    const before = gateway.log.lines.length;
    const approval = await stage.home.run(["pairing", "approve", "dingtalk", pairingCode(challenge)]);
    expect(approval, approval.stderr).toMatchObject({ code: 0 });
    // The first approval names an owner in the config, which restarts the channel.
    await gateway.log.find(/config hot reload applied/, { from: before });
    await untilConnected(stage.simulator, [clientId]);
    const answer = await ask(stage, { clientId, from: "erin", text: "let me in 4712" });
    expect(answer.text).toContain("let me in 4712");
    expect(modelSaw(stage.model, "open sesame 4711")).toBe(false);
  });

  test("approves a code that is typed into the demo, as with the real DingTalk", async () => {
    const challenge = await ask(stage, { clientId, from: "nina", text: "knock knock" });
    const input = new PassThrough();
    const output = new PassThrough({ encoding: "utf8" });
    input.end(`no code\n${pairingCode(challenge)}\n`);
    await runRealChat(stage.home, { input, output }, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
    expect(String(output.read())).toMatch(/That is no pairing code[\s\S]*Approved/);
    const answer = await ask(stage, { clientId, from: "nina", text: "who is there?" });
    expect(answer.text).toContain("who is there?");
  });

  test("keeps silent towards people and groups that are not on the allowlist [S2-63]", async () => {
    const strict = APPS.strict.clientId;
    const stranger = await stage.simulator.say({ clientId: strict, from: "mallory", text: "stranger 815" });
    const inRoom = await stage.simulator.say({
      clientId: strict,
      from: "alice",
      conversation: "cidE2eStrict==",
      text: "room 816",
    });
    await Promise.all([stranger.delivered, inRoom.delivered]);
    const answer = await ask(stage, { clientId: strict, from: "alice", text: "friend 817" });
    expect(answer.text).toContain("friend 817");
    expect(modelSaw(stage.model, "stranger 815") || modelSaw(stage.model, "room 816")).toBe(false);
  });

  test("never shows one person's words to the model in another person's turn", async () => {
    await ask(stage, { from: "frank", text: "my secret word is Zanzibar-99" });
    await ask(stage, { from: "frank", text: "do you remember?" });
    expect(stage.model.requests.at(-1)?.body).toContain("Zanzibar-99");
    await ask(stage, { from: "grace", text: "what is the secret word?" });
    const request = stage.model.requests.findLast(({ userText }) => userText === "what is the secret word?");
    expect(request?.body).toBeDefined();
    expect(request?.body).not.toContain("Zanzibar-99");
  });
});

function sendByMarkdown(target: string, text: string): ReturnType<typeof stage.home.run> {
  const to = ["--channel", "dingtalk", "--account", "markdown", "--target", target];
  return stage.home.run(["message", "send", ...to, "-m", text]);
}

describe("sends on its own", () => {
  test("names whom DingTalk did not deliver to, and why", async () => {
    const refused = await sendByMarkdown("user:flooded", "good morning, everybody");
    expect(refused.code, refused.stdout).not.toBe(0);
    expect(refused.stdout).toMatch(
      /user flooded: this user is flow-controlled \(flowControlledStaffIdList\)/,
    );
  });

  test("delivers `openclaw message send` to a person and to a group", async () => {
    const toUser = await sendByMarkdown("user:henry", "good morning, Henry");
    expect(toUser, toUser.stderr).toMatchObject({ code: 0 });
    const toGroup = await sendByMarkdown(`group:${GROUP}`, "good morning, all");
    expect(toGroup, toGroup.stderr).toMatchObject({ code: 0 });
    const texts = stage.simulator.messages().filter(({ route }) => route === "robot-api");
    expect(texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["good morning, Henry", "good morning, all"]),
    );
  });

  test("knows the people who have written by their names", async () => {
    const { clientId } = APPS.markdown;
    await ask(stage, { clientId, from: "rita", text: "here I am", raw: { senderNick: "小王" } });
    const run = (args: readonly string[]): ReturnType<typeof stage.home.run> =>
      stage.home.run([...args, "--channel", "dingtalk", "--account", "markdown"]);
    const send = (to: string): ReturnType<typeof run> =>
      run(["message", "send", "--target", to, "-m", `to ${to}`]);

    const [person, nobody] = [await send("user:小王"), await send("小张")];
    expect(person, person.stderr).toMatchObject({ code: 0 });
    const sent = stage.simulator.messages().filter(({ text }) => /^to .*小/.test(text));
    expect(sent.map(({ text }) => text)).toEqual(["to user:小王"]);
    const [call] = stage.simulator.calls("/v1.0/robot/oToMessages/batchSend").slice(-1);
    expect(call?.body).toMatchObject({ userIds: ["rita"] });
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain('nobody and no group is known as "小张": use user:<staffId>');
    const listed = await run(["directory", "peers", "list", "--json"]);
    expect(JSON.parse(listed.stdout)).toContainEqual({ kind: "user", id: "user:rita", name: "小王" });
  });

  test("delivers a reminder to a person and a schedule to a group that have never written [S4-22]", async () => {
    const { clientId } = APPS.markdown;
    const group = "cidE2ePlants==";
    stage.simulator.addGroup({ id: group });
    const add = async (to: string, message: string, when: readonly string[]): Promise<string> => {
      const payload = ["--session", "isolated", "--message", message];
      const delivery = ["--announce", "--channel", "dingtalk", "--account", "markdown", "--to", to];
      const args = ["cron", "add", "--name", message, ...when, ...payload, ...delivery, "--json"];
      const added = await stage.home.run(args);
      expect(added, added.stderr).toMatchObject({ code: 0 });
      return JSON.parse(added.stdout).id;
    };
    await add("user:quinn", "call the dentist", ["--at", "1s"]);
    const watering = await add(`group:${group}`, "water the plants", ["--every", "1h"]);
    expect(await stage.home.run(["cron", "run", watering])).toMatchObject({ code: 0 });

    const sent = (words: string): readonly ShownMessage[] =>
      stage.simulator.messages().filter(({ route, text }) => route === "robot-api" && text.includes(words));
    for (const words of ["call the dentist", "water the plants"])
      await expect.poll(() => sent(words).length, { timeout: ANSWER_TIMEOUT_MS }).toBe(1);
    expect(sent("water the plants")).toMatchObject([{ conversationId: group, from: clientId }]);
    const persons = sent("call the dentist");
    expect(persons).toMatchObject([{ from: clientId }]);
    // Nobody but the robot has spoken there.
    expect(persons.map(({ conversationId }) => stage.simulator.messages(conversationId))).toEqual([persons]);
  });
});

describe("bad input", () => {
  test("survives a malformed frame", async () => {
    expect(stage.simulator.send("{ this is no frame")).toBeGreaterThan(0);
    expect(stage.simulator.send({ type: "CALLBACK", headers: 7, data: [] })).toBeGreaterThan(0);
    expect((await ask(stage, { from: "ivan", text: "still there?" })).text).toContain("still there?");
  });

  test("answers or explains a message of one megabyte and goes on", async () => {
    const huge = await ask(stage, { from: "judy", text: `long read ${"abcdefghi ".repeat(100_000)}` });
    expect(huge.text).not.toBe("");
    expect((await ask(stage, { from: "judy", text: "short one" })).text).toContain("short one");
  });

  test("still answers when DingTalk's card API answers in HTML", async () => {
    const html = "<html><body><h1>502 Bad Gateway</h1></body></html>";
    const where = { path: "/v1.0/card/instances/createAndDeliver" };
    using outage = stage.simulator.fault({ kind: "call.answer", status: 502, body: html, where });
    const answer = await ask(stage, { from: "kate", text: "no cards today" });
    expect(outage.info().struck).toBeGreaterThan(0);
    expect(answer.text).toContain("no cards today");
  });

  test("shows an answer in HTML as text", async () => {
    const answer = await ask(stage, { from: "kate", text: "#html" });
    expect(answer.state).toBe("FINISHED");
    expect(answer.text).toContain("502 Bad Gateway");
  });

  test("explains a model that fails or says nothing", async () => {
    const failed = await ask(stage, { from: "liam", text: "#error 400" });
    expect(failed.text).not.toBe("");
    const silent = await ask(stage, { from: "mona", text: "#empty" });
    expect(silent.text).not.toBe("");
  });
});

describe("faults of DingTalk", () => {
  test.each([400, 401] as const)(
    "completes the answer when the access token dies in the middle of it (HTTP %i)",
    async (status) => {
      const from = `nora${status}`;
      const asked = await stage.simulator.say({ from, text: "#hold" });
      await expect.poll(() => stage.model.held, { timeout: ANSWER_TIMEOUT_MS }).toBe(1);
      await expect
        .poll(() => shownTo(asked.conversationId).at(-1)?.text, { timeout: 30_000 })
        .toContain("Once there was a nail");
      const tokens = stage.simulator.calls("/v1.0/oauth2/accessToken").length;
      const where = { path: "/v1.0/card/*", clientId: stage.simulator.app.clientId };
      using death = stage.simulator.fault({ kind: "call.expired-token", status, times: 1, where });
      stage.model.release();
      const answer = await stage.simulator.answer(asked, { timeoutMs: ANSWER_TIMEOUT_MS });
      expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
      expect(answer.text).toContain("it has been answering ever since.");
      expect(shownTo(asked.conversationId)).toHaveLength(1);
      expect(death.info().struck).toBe(1);
      expect(stage.simulator.calls("/v1.0/oauth2/accessToken")).toHaveLength(tokens + 1);
    },
  );

  test("answers once when DingTalk repeats a message because its acknowledgements got lost", async () => {
    const where = { clientId: stage.simulator.app.clientId };
    using lossy = stage.simulator.fault({ kind: "ack.drop", times: 3, where });
    const asked = await stage.simulator.say({ from: "olga", text: "say it once" });
    expect(await asked.delivered).toMatchObject({ attempts: 3 });
    expect(lossy.info().struck).toBe(3);
    await expectOneAnswer(asked, 3);
  });

  test("answers once when DingTalk repeats an acknowledged message under new frame ids", async () => {
    stage.simulator.fault({ kind: "message.redeliver", times: 1, count: 2, delayMs: 200, newFrameId: true });
    const asked = await stage.simulator.say({ from: "pia", text: "once again" });
    await expectOneAnswer(asked, 3);
  });
});

test("keeps message text and secrets out of the log, and to DingTalk's protocol, in all of this", () => {
  const log = gateway.log.lines.join("\n");
  for (const secret of [
    "Zanzibar-99",
    "stranger 815",
    "left over from another plugin",
    stage.simulator.app.clientSecret,
    APPS.pairing.clientSecret,
  ]) {
    expect(log).not.toContain(secret);
  }
  expect(stage.simulator.violations()).toEqual([]);
});

function shownTo(conversationId: string): readonly ShownMessage[] {
  return stage.simulator.messages(conversationId).filter(({ byRobot }) => byRobot);
}

async function expectOneAnswer(asked: SaidMessage, deliveries: number): Promise<void> {
  const entry = (): LedgerEntry | undefined =>
    stage.simulator.ledger().find(({ messageId }) => messageId === asked.messageId);
  await expect.poll(() => entry()?.deliveries.length, { timeout: 30_000 }).toBe(deliveries);
  await expect.poll(() => entry()?.outcome, { timeout: ANSWER_TIMEOUT_MS }).toBe("answered-once");
  // A second answer would come before the one to what the same person says next.
  const next = await ask(stage, { from: asked.from, text: `next from ${asked.from}` });
  const shown = shownTo(asked.conversationId).map(({ text }) => text);
  expect(shown).toHaveLength(2);
  expect(next.text).not.toBe(shown[0]);
  expect(entry()?.outcome).toBe("answered-once");
}
