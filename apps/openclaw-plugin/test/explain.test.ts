import type { TurnOutcome, TurnResult } from "@dingtalk-kit/turn";
import { expect, test } from "vitest";

import { openInboxDesk, untilStopped } from "./inbox-desk.ts";

const ANSWERED: TurnResult = { kind: "finished", outcome: { kind: "answered" } };

test("tells of an answered message step by step, with its card, its receipts and what was repeated", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", async ({ journal }) => {
    journal.note("dispatch", "dm_policy_open");
    await journal.opening("card-1");
    await journal.ending("42, and what is more", "FINISHED");
    await journal.sending(0, false, 3_000);
    journal.repeated();
    await journal.sent(0, { route: "robot-api", processQueryKey: "pqk-1" });
    return ANSWERED;
  });
  await one.say("msg-1");
  await one.until("msg-1", "done");
  const reply = await desk.ask("explain", { messageId: "msg-1" });
  expect(reply).toMatchObject({
    exitCode: 0,
    data: {
      message: { messageId: "msg-1", state: "done", attempts: 1 },
      summary: "answered by the agent",
      access: {
        decision: "dispatch",
        letIn: true,
        reason: "dm_policy_open",
        words: "let in: 1:1 chats are open to everybody",
      },
      steps: [
        { step: "arrived", words: "kept on disk, then acknowledged to DingTalk" },
        { step: "claimed", words: "its turn began: attempt 1" },
        { step: "dispatch", detail: "dm_policy_open" },
        { step: "card", words: "the card was opened: card-1" },
        { step: "ending", words: "the last words were decided on: FINISHED, 20 characters" },
        { step: "sent", detail: "pqk-1" },
        { step: "answered", words: "answered by the agent" },
      ],
      card: "card-1",
      receipts: ["pqk-1"],
      repeats: 1,
      next: "nothing to do",
    },
  });
  expect(JSON.stringify(reply), "no message text").not.toMatch(/how much|what is more/);
  const text = reply.lines.join("\n");
  expect(text).toMatch(/^msg-1: answered by the agent\.\n/);
  expect(text).toMatch(
    /\naccess +let in: 1:1 chats are open to everybody \(dm_policy_open\)\ncard +card-1\n/,
  );
  expect(text).toMatch(/\n\d{4}-\d\d-\d\dT\S+Z +claimed +its turn began: attempt 1\n/);
  expect(text).toMatch(/\nNext: nothing to do\.$/);
});

test.each<{
  readonly outcome: TurnOutcome;
  readonly admission?: string;
  readonly says: string;
  readonly next: string;
}>([
  {
    outcome: { kind: "ignored", reason: "dm_policy_not_allowlisted" },
    admission: "drop",
    says: "not answered: the sender is not among those who may write in 1:1 chats",
    next: "add the sender's staff id to channels.dingtalk.allowFrom",
  },
  {
    outcome: { kind: "ignored", reason: "activation_skipped" },
    admission: "skip",
    says: "not answered: the robot was not mentioned",
    next: "@mention it, or set requireMention of the group to false",
  },
  {
    outcome: { kind: "explained", reason: "dm_policy_pairing_required" },
    admission: "pairing-required",
    says: "not answered by the agent; the person was told why: the sender is a stranger and got a pairing code",
    next: "let them in with the code from `openclaw pairing list dingtalk`: `openclaw pairing approve dingtalk CODE`",
  },
  {
    outcome: { kind: "explained", reason: "silent" },
    admission: "dispatch",
    says: "not answered by the agent; the person was told why: the agent gave no sign of life for too long",
    next: "see to the model; channels.dingtalk.turnTimeoutMs says how long is too long",
  },
  {
    outcome: { kind: "ignored", reason: "group_not_listed" },
    admission: "drop",
    says: "not answered: the group is not among those that may use the robot",
    next: "list the group under channels.dingtalk.groups",
  },
  {
    outcome: { kind: "explained", reason: "sender_rate_limited" },
    admission: "deny",
    says: "not answered by the agent; the person was told why: the sender wrote more than may be answered in that time",
    next: "nothing, or see channels.dingtalk.limits",
  },
  { outcome: { kind: "stopped" }, says: "stopped by the person", next: "nothing to do" },
  // A later version may know reasons that this one does not.
  {
    outcome: { kind: "ignored", reason: "full_moon" },
    says: "not answered: full_moon",
    next: "nothing to do",
  },
])("says why there was no answer, in words: $outcome.reason", async ({ outcome, admission, says, next }) => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", async ({ journal }) => {
    if (admission !== undefined) journal.note(admission, outcome.reason);
    return { kind: "finished", outcome };
  });
  await one.say("msg-1");
  await one.until("msg-1", "done");
  const { data } = await desk.ask("explain", { messageId: "msg-1" });
  expect(data).toMatchObject({ summary: says, next });
  if (admission !== undefined)
    expect(data).toMatchObject({ access: { decision: admission, letIn: admission === "dispatch" } });
});

test("says of what our own rules refused that it was not let in, although the host would have", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", async ({ journal }) => {
    journal.note("dispatch", "activation_allowed");
    journal.note("skip", "mentions_everybody");
    return { kind: "finished", outcome: { kind: "ignored", reason: "mentions_everybody" } };
  });
  await one.say("msg-1");
  await one.until("msg-1", "done");
  expect((await desk.ask("explain", { messageId: "msg-1" })).data).toMatchObject({
    access: {
      letIn: false,
      reason: "mentions_everybody",
      words: "not let in: it was for everybody in the group, and not for the robot",
    },
  });
});

test("says where a message waits, behind which one, and when that is the turn that runs", async () => {
  const desk = openInboxDesk();
  const gate = Promise.withResolvers<TurnResult>();
  await using one = await desk.start("dingone", () => gate.promise);
  await one.say("msg-1");
  await one.until("msg-1", "running");
  await one.say("msg-2");
  await one.say("msg-3");
  const of = async (messageId: string): Promise<unknown> => (await desk.ask("explain", { messageId })).data;
  expect(await of("msg-1")).toMatchObject({
    summary: "is being answered (attempt 1)",
    next: "nothing to do; /stop in the chat ends it",
  });
  expect(await of("msg-2")).toMatchObject({
    summary: "waits behind 1 earlier message of its conversation",
    next: expect.stringContaining("openclaw dingtalk explain msg-1"),
  });
  expect(await of("msg-3")).toMatchObject({ summary: "waits behind 2 earlier messages of its conversation" });
  gate.resolve(ANSWERED);
  await one.until("msg-3", "done");
});

test("names the failure of the last attempt, and how to try again", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", async () => ({ kind: "retry", reason: "stage=http: 503" }));
  await one.say("msg-1");
  await one.until("msg-1", "dead");
  const { data } = await desk.ask("explain", { messageId: "msg-1" });
  expect(data).toMatchObject({
    summary: "given up after 2 attempts: stage=http: 503",
    next: "mend that, then `openclaw dingtalk inbox retry msg-1`",
  });
});

test("tells of all attempts, and which decision about access holds in the end", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", async ({ journal, attempt }) => {
    journal.note(
      attempt === 1 ? "pairing-required" : "dispatch",
      attempt === 1 ? "" : "dm_policy_allowlisted",
    );
    await journal.opening("card-1");
    return attempt === 1 ? { kind: "retry", reason: "stage=http: 503" } : ANSWERED;
  });
  await one.say("msg-1");
  await one.until("msg-1", "done");
  const { data } = await desk.ask("explain", { messageId: "msg-1" });
  expect(data).toMatchObject({
    message: { attempts: 2 },
    access: { decision: "dispatch", words: "let in: the sender may write in 1:1 chats" },
  });
  expect(
    Object(data)["steps"].filter(({ step }: { readonly step: string }) => step === "claimed"),
  ).toHaveLength(2);
});

test("says of what was cut off that it goes on with the next start", async () => {
  const desk = openInboxDesk();
  const first = await desk.start("dingone", untilStopped);
  await first.say("msg-1");
  await first.until("msg-1", "running");
  await first[Symbol.asyncDispose]();
  const { data } = await desk.ask("explain", { messageId: "msg-1" });
  expect(data).toMatchObject({
    summary: "waits, because its account does not run",
    next: expect.stringContaining("openclaw gateway run"),
  });
});

test("tells of a message that was dropped, and of one whose record is gone", async () => {
  const desk = openInboxDesk();
  const gate = Promise.withResolvers<TurnResult>();
  await using one = await desk.start("dingone", () => gate.promise);
  await one.say("msg-1", { from: "alice" });
  await one.until("msg-1", "running");
  await one.say("msg-2", { from: "bob" });
  await desk.ask("drop", { messageId: "msg-2", reason: "asked twice" });
  expect((await desk.ask("explain", { messageId: "msg-2" })).data).toMatchObject({
    summary: "dropped: asked twice",
    next: expect.stringContaining("openclaw dingtalk inbox retry msg-2"),
  });
  gate.resolve(ANSWERED);
  await one.until("msg-1", "done");
  await desk.ask("erase", { staffId: "alice" });
  expect((await desk.ask("explain", { messageId: "msg-1" })).data).toMatchObject({
    summary: "done; how it ended is no longer known",
    access: null,
    card: null,
    steps: [{ step: "arrived" }],
  });
});
