import type { SaidMessage } from "dingtalk-simulator";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";

import { callGateway } from "../src/call-gateway.ts";
import { editChannel } from "../src/edit-config.ts";
import { explain, explainAll } from "../src/explained.ts";
import { POLICY_CASES } from "../src/policy-cases.ts";
import { HOUSE_APPS, openPolicyHouse, ROOMS, TEAM_PROMPT, type PolicyHouse } from "../src/policy-house.ts";
import { ask, pairingCode } from "../src/stage.ts";
import { allWell, printTally, tally } from "../src/tally.ts";

const RESTART_WAITS = /requires channel reload .*deferring/;
const REFUSED = "You may chat with this robot, and not command it.";

// One gateway for all: it takes 15 to 50 s to start. Each test has people and groups of its own.
let house: PolicyHouse;

beforeAll(async () => {
  house = await openPolicyHouse();
});

afterAll(() => house?.[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => {
    console.log(`the gateway's last lines:\n${house.gateway.log.tail(40)}`);
    // What still waits would keep the next test from counting.
    house.stage.model.release();
  });
});

describe("who may write, where, and to which agent [S1-21 S1-27 S1-29 S1-30 S2-63 S2-65 S3-42]", () => {
  let said: readonly SaidMessage[];
  let explained: Awaited<ReturnType<typeof explainAll>>;

  beforeAll(async () => {
    const { stage } = house;
    said = await Promise.all(POLICY_CASES.map(({ say }) => stage.simulator.say(say)));
    explained = await explainAll(stage, said);
    console.table(
      said.map((one, index) => ({
        message: POLICY_CASES[index]?.title,
        shown: house.answersTo(one)[0]?.kind,
        reason: explained.get(one)?.access?.reason,
        agent: explained.get(one)?.steps.find(({ step }) => step === "agent")?.detail,
      })),
    );
  });

  test.for(POLICY_CASES.map((one, index) => ({ ...one, index })))(
    "$title",
    ({ index, say, shown, access, agent, next = "nothing to do" }) => {
      const message = said[index];
      if (message === undefined) throw new Error("it was never said");
      const answers = house.answersTo(message);
      expect(answers).toMatchObject(shown === undefined ? [] : [{ ...shown, state: "FINISHED" }]);
      expect(answers.map(({ text }) => text.includes(say.text))).toEqual(answers.map(() => true));
      expect(explained.get(message)).toMatchObject({ access, next });
      const route = explained.get(message)?.steps.find(({ step }) => step === "agent")?.detail;
      expect(route).toBe(agent && `${agent.id}, by ${agent.by}`);
      const asked = agent === undefined ? [] : [expect.stringContaining(`agent=${agent.id}`)];
      expect(house.requestsFor(say.text)).toEqual(asked);
    },
  );

  test("a group's prompt reaches its agent alone, and each person in it has a session where the group says so", () => {
    const [inTeam = ""] = house.requestsFor("which city?");
    expect(inTeam).toContain(TEAM_PROMPT);
    expect(inTeam).not.toContain("Zanzibar");
    const [inOpen = ""] = house.requestsFor("which animal?");
    expect(inOpen).toContain("quagga");
    expect(inOpen).not.toContain(TEAM_PROMPT);
  });

  test("the command line says the same", async () => {
    const index = POLICY_CASES.findIndex(({ access }) => access.reason === "group_not_listed");
    const message = said[index];
    if (message === undefined) throw new Error("it was never said");
    expect(await explain(house.stage, message)).toEqual({ ...explained.get(message), source: "gateway" });
  });
});

test("commands: who may only chat hears that, in 1:1 chats and groups, and who may command is obeyed past the queue", async () => {
  const { stage } = house;
  const { simulator, model } = stage;
  const running = {
    dan: await simulator.say({ from: "dan", text: "#hold for dan" }),
    boss: await simulator.say({ from: "boss", text: "#hold for boss" }),
    group: await simulator.say({ from: "mallory", conversation: ROOMS.open, text: "#hold for all" }),
  };
  await house.untilHeld(3);
  const refused = [
    await simulator.say({ from: "dan", text: "/stop" }),
    await simulator.say({ from: "eve", text: "/model" }),
    await simulator.say({ from: "mallory", conversation: ROOMS.open, text: "/stop" }),
  ];
  await house.untilAnswered(...refused);
  expect(refused.map((one) => house.answersTo(one).map(({ text }) => text))).toEqual(
    refused.map(() => [REFUSED]),
  );
  expect(model.held).toBe(3);

  const queued = await simulator.say({ from: "boss", text: "behind the story" });
  const stops = [
    await simulator.say({ from: "boss", text: "/stop" }),
    await simulator.say({ from: "chief", conversation: ROOMS.open, text: "停止" }),
  ];
  await house.untilAnswered(running.boss, running.group, queued, ...stops);
  expect(house.answersTo(queued)).toMatchObject([{ text: "Stopped." }]);
  await house.untilHeld(1);
  expect(house.answersTo(running.boss)).toMatchObject([{ text: expect.stringMatching(/stopped/i) }]);
  expect(house.answersTo(running.group)).toMatchObject([{ text: expect.stringMatching(/stopped/i) }]);
  model.release();
  await house.untilAnswered(running.dan);
  expect(house.answersTo(running.dan)[0]?.text).toContain("answering ever since.");

  const models = await simulator.say({ from: "boss", text: "/model" });
  // In the middle of a text it is a command to the host as well; to who may not command it is text.
  const text = "hello /model demo/other";
  const inline = [
    await simulator.say({ from: "eve", text }),
    await simulator.say({ from: "dan", conversation: ROOMS.people, text }),
  ];
  await house.untilAnswered(models, ...inline);
  expect(house.answersTo(models)[0]?.text).toMatch(/demo\/stand-in/);
  for (const one of inline) expect(house.answersTo(one)[0]?.text).toContain(`You wrote **${text}**.`);

  const explained = await explainAll(stage, [...refused, ...stops, running.boss, running.dan]);
  for (const one of refused)
    expect(explained.get(one)).toMatchObject({
      summary: expect.stringContaining("the person was told why: it is a command"),
      access: { letIn: false, reason: "control_command_unauthorized" },
      next: expect.stringContaining("channels.dingtalk.commandAllowFrom"),
    });
  for (const one of stops) {
    const steps = expect.arrayContaining([
      expect.objectContaining({ step: "stop", detail: "a turn was running" }),
    ]);
    expect(explained.get(one)).toMatchObject({ access: { letIn: true }, steps });
  }
  expect(explained.get(running.boss)?.summary).toMatch(/^stopped by the person/);
  expect(explained.get(running.dan)).toMatchObject({ summary: "answered by the agent" });
});

test("limits: who writes too much hears so once, then nothing for a while, and commands still pass", async () => {
  const { stage } = house;
  const { clientId } = HOUSE_APPS.limited;
  const texts = ["the first", "the second", "the third", "/status"];
  const said: SaidMessage[] = [];
  for (const text of texts) said.push(await stage.simulator.say({ clientId, from: "ron", text }));
  const explained = await explainAll(stage, said);
  expect(said.map((one) => house.answersTo(one).map(({ text }) => text))).toEqual([
    [expect.stringContaining("You wrote **the first**.")],
    [
      expect.stringMatching(
        /^You are writing faster than this robot may answer you\. Please try again in \d+ /,
      ),
    ],
    [],
    [expect.stringMatching(/\S/)],
  ]);
  const denied = { access: { decision: "deny", letIn: false, reason: "sender_rate_limited" } };
  expect(said.map((one) => explained.get(one))).toMatchObject([
    { access: { letIn: true } },
    { ...denied, summary: expect.stringContaining("the person was told why: the sender wrote more") },
    { ...denied, summary: expect.stringMatching(/^not answered: the sender wrote more/) },
    { access: { letIn: true } },
  ]);
});

test("limits: an answer that a restart of the channel cuts off goes on, and counts once", async () => {
  const { stage } = house;
  const { clientId } = HOUSE_APPS.limited;
  const running = await stage.simulator.say({ clientId, from: "rita", text: "#hold for rita" });
  await house.untilHeld(1);
  const params = { channel: "dingtalk", accountId: "limited" };
  await callGateway(stage.home, [{ method: "channels.stop", params }]);
  await house.untilHeld(0);
  await callGateway(stage.home, [{ method: "channels.start", params }]);
  await house.untilHeld(1);
  stage.model.release();
  await house.untilAnswered(running);
  const explained = await explainAll(stage, [running]);
  printTally("stopped and started", stage.simulator, { running });
  expect(tally(stage.simulator, [running])).toEqual(allWell(1));
  expect(explained.get(running)).toMatchObject({ summary: "answered by the agent", access: { letIn: true } });
  expect(house.requestsFor("#hold for rita")).toHaveLength(2);
});

test("pairing: nothing is lost when the approval restarts the channel, and the new person is answered [S2-62]", async () => {
  const { stage, gateway } = house;
  const { simulator, model } = stage;
  const { clientId } = HOUSE_APPS.pairing;
  const say = (by: string, text: string): Promise<SaidMessage> => simulator.say({ clientId, from: by, text });
  const challenge = await ask(stage, { clientId, from: "nina", text: "let me in" });
  const before = await say("olga", "#hold for olga");
  await house.untilHeld(1);
  const from = gateway.log.lines.length;
  const approval = stage.home.run(["pairing", "approve", "dingtalk", pairingCode(challenge)]);
  const meanwhile = await say("pete", "while it is approved");
  expect(await approval).toMatchObject({ code: 0 });
  // The first approval names an owner in the config, and that restarts the channel.
  await gateway.log.find(RESTART_WAITS, { from });
  const waiting = await say("quinn", "while the restart waits for the answer");
  await house.untilAnswered(meanwhile, waiting);
  await house.untilCut(clientId, () => model.release());
  const away = await say("pete", "while the channel restarts");
  const next = await say("nina", "am I in?");
  await gateway.log.find(/\[pairing\].*connected to DingTalk/, { from, timeoutMs: 90_000 });
  await house.untilConnected();
  const after = await say("quinn", "after it");
  const said = { before, meanwhile, waiting, away, after };
  await house.untilAnswered(...Object.values(said));
  const explained = await explainAll(stage, [...Object.values(said), next]);
  printTally("the approval", simulator, said);
  expect(tally(simulator, Object.values(said))).toEqual(allWell(5));
  expect(simulator.messages(next.conversationId).at(-1)?.text).toContain("You wrote **am I in?**.");
  for (const one of explained.values())
    expect(one).toMatchObject({
      summary: "answered by the agent",
      access: { letIn: true, reason: "dm_policy_allowlisted" },
    });
});

test("reload: what runs ends before the new settings hold, and what comes meanwhile is answered once", async () => {
  const { stage, gateway } = house;
  const { simulator, model } = stage;
  const { clientId } = simulator.app;
  const running = await simulator.say({ from: "dan", text: "#hold through the reload" });
  await house.untilHeld(1);
  const from = gateway.log.lines.length;
  await editChannel(stage.home, { messageType: "card" });
  await gateway.log.find(RESTART_WAITS, { from });
  const meanwhile = await simulator.say({ from: "eve", text: "in the middle of it" });
  await house.untilCut(clientId, () => model.release());
  const away = await simulator.say({ from: "eve", text: "while the channel restarts" });
  await gateway.log.find(/\[house\].*connected to DingTalk/, { from, timeoutMs: 90_000 });
  await house.untilConnected();
  const after = await simulator.say({ from: "boss", text: "after the reload" });
  const said = { running, meanwhile, away, after };
  await house.untilAnswered(...Object.values(said));
  const explained = await explainAll(stage, Object.values(said));
  printTally("the reload", simulator, said);
  expect(tally(simulator, Object.values(said))).toEqual(allWell(4));
  expect([running, after].map((one) => house.answersTo(one)[0]?.kind)).toEqual(["message", "card"]);
  expect(house.requestsFor("#hold through the reload")).toHaveLength(1);
  for (const one of explained.values()) expect(one).toMatchObject({ summary: "answered by the agent" });
});

test("does nothing against DingTalk's protocol in all of this", () => {
  expect(house.stage.simulator.violations()).toEqual([]);
});
