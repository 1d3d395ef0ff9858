import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { openSqliteStore } from "@dingtalk-kit/store";
import type { Inbox } from "@dingtalk-kit/store";
import type { Turn, TurnResult } from "@dingtalk-kit/turn";
import { readTurnRecord } from "@dingtalk-kit/turn";
import { expect, test } from "vitest";

import { erasePerson } from "../src/inbox-erase.ts";
import { openInboxDesk, untilStopped } from "./inbox-desk.ts";

const ANSWERED: TurnResult = { kind: "finished", outcome: { kind: "answered" } };
const answers = async (): Promise<TurnResult> => ANSWERED;

/** A run that holds every turn until it is told to end. */
function held(): { readonly run: (turn: Turn) => Promise<TurnResult>; end: (result?: TurnResult) => void } {
  let free = Promise.withResolvers<TurnResult>();
  return {
    run: () => free.promise,
    end(result = ANSWERED) {
      free.resolve(result);
      free = Promise.withResolvers();
    },
  };
}

test("lists the latest messages of all accounts, with how many there are in each state, running or not", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", answers);
  await using two = await desk.start("dingtwo", async () => ({ kind: "dead", reason: "not delivered" }));
  await one.say("msg-1", { from: "alice", in: "cidA" });
  await one.until("msg-1", "done");
  await two.say("msg-2", { from: "bob", in: "cidB" });
  await two.until("msg-2", "dead");
  const messages = [
    {
      messageId: "msg-2",
      accountId: "two",
      robotCode: "dingtwo",
      conversationId: "cidB",
      sender: "bob",
      state: "dead",
      attempts: 1,
      reason: "not delivered",
    },
    { messageId: "msg-1", accountId: "one", sender: "alice", state: "done", attempts: 1, reason: null },
  ];
  const live = await desk.ask("list");
  expect(live).toMatchObject({ exitCode: 0, data: { messages, problems: [] } });
  expect(live.data["accounts"]).toMatchObject([
    { accountId: "one", active: true, file: desk.fileOf("dingone"), done: 1, dead: 0, waiting: 0 },
    { accountId: "two", active: true, done: 0, dead: 1 },
  ]);
  expect(live.lines.join("\n")).toMatch(/one: +0 waiting, 0 running, 0 dead, 0 dropped, 1 done\n/);
  expect(live.lines.at(-2)).toMatch(/dead +msg-2 +two +bob +cidB +1 +not delivered$/);

  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
  const stopped = await desk.ask("list");
  expect(stopped.data["messages"]).toEqual(live.data["messages"]);
  expect(stopped.data["accounts"]).toMatchObject([
    { active: false, done: 1 },
    { active: false, dead: 1 },
  ]);
});

test("lists only what is asked for: an account, a state, so many", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", answers);
  await using two = await desk.start("dingtwo", answers);
  for (const id of ["a", "b", "c"]) {
    await one.say(`one-${id}`);
    await one.until(`one-${id}`, "done");
  }
  await two.say("two-a");
  await two.until("two-a", "done");
  const idsOf = async (params: object): Promise<unknown> => {
    const { data } = await desk.ask("list", { ...params });
    return Object(data)["messages"].map(({ messageId }: { readonly messageId: string }) => messageId);
  };
  expect(await idsOf({ accountId: "one", limit: 2 })).toEqual(["one-c", "one-b"]);
  expect(await idsOf({ accountId: "two" })).toEqual(["two-a"]);
  expect(await idsOf({ state: "dead" })).toEqual([]);
  expect(await desk.ask("list", { accountId: "three" })).toMatchObject({
    exitCode: 2,
    data: {
      error: { code: "usage", message: 'there is no account "three": use one of one, two, unfinished.' },
    },
  });
});

test("shows a message by as much of its id as tells it from others, and its text only on request", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", answers);
  for (const id of ["msgAAA1", "msgAAA2", "msgAA"]) {
    await one.say(id, { text: `text of ${id}` });
    await one.until(id, "done");
  }
  const shown = await desk.ask("show", { messageId: "msgAAA1" });
  expect(shown).toMatchObject({ exitCode: 0, data: { message: { messageId: "msgAAA1", state: "done" } } });
  expect(JSON.stringify(shown)).not.toContain("text of");
  const withText = await desk.ask("text", { messageId: "msgAAA2" });
  expect(withText.data["text"]).toBe("text of msgAAA2");
  expect(withText.lines.at(-1)).toBe("text of msgAAA2");
  // The whole id of one is the beginning of the others.
  expect(await desk.ask("show", { messageId: "msgAA" })).toMatchObject({
    data: { message: { messageId: "msgAA" } },
  });
  const ambiguous = await desk.ask("show", { messageId: "msgAAA" });
  expect(ambiguous).toMatchObject({ exitCode: 1, data: { error: { code: "ambiguous-message" } } });
  expect(ambiguous.lines[0]).toContain("msgAAA2 (account one), msgAAA1 (account one)");
  expect(await desk.ask("show", { messageId: "AAA1" }), "no beginning of any").toMatchObject({
    exitCode: 1,
    data: { error: { code: "unknown-message", message: 'No message "AAA1" is kept.' } },
  });
});

test("answers a dead letter that is retried, in a reply of its own", async () => {
  const desk = openInboxDesk();
  const seen: (string | undefined)[] = [];
  let isMended = false;
  await using one = await desk.start("dingone", async ({ journal }) => {
    seen.push(journal.earlier?.outTrackId);
    if (!isMended) await journal.opening("card-1");
    return isMended ? ANSWERED : { kind: "dead", reason: "stage=http: no permission" };
  });
  const key = await one.say("msg-1");
  await one.until("msg-1", "dead");
  isMended = true;
  expect(await desk.ask("retry", { messageId: "msg-1" })).toMatchObject({
    exitCode: 0,
    data: { result: "requeued" },
    lines: [expect.stringContaining("is answered now")],
  });
  await one.until("msg-1", "done");
  expect(seen).toEqual([undefined, undefined]);
  const record = await readTurnRecord(one.store.state, key);
  expect(record?.steps.map(({ step }) => step)).toEqual([
    "claimed",
    "card",
    "explained",
    "retried",
    "claimed",
    "answered",
  ]);
  expect(await desk.ask("retry", { messageId: "msg-1" })).toMatchObject({
    exitCode: 1,
    data: { error: { code: "not-retried-done" } },
  });
});

test("retries in the file when nobody runs, for the next start", async () => {
  const desk = openInboxDesk();
  const first = await desk.start("dingone", async () => ({ kind: "dead", reason: "no permission" }));
  await first.say("msg-1");
  await first.until("msg-1", "dead");
  await first[Symbol.asyncDispose]();
  const retried = await desk.ask("retry", { messageId: "msg" });
  expect(retried.lines[0]).toContain("is answered when the gateway starts");
  await using second = await desk.start("dingone", answers);
  await second.until("msg-1", "done");
});

test("drops a message that waits, not one that runs or has ended", async () => {
  const desk = openInboxDesk();
  const { run, end } = held();
  await using one = await desk.start("dingone", run);
  await one.say("msg-1");
  await one.until("msg-1", "running");
  await one.say("msg-2");
  expect(await desk.ask("drop", { messageId: "msg-2", reason: "spam" })).toMatchObject({
    exitCode: 0,
    data: { result: "dropped" },
  });
  expect(await desk.ask("show", { messageId: "msg-2" })).toMatchObject({
    data: { message: { state: "dropped", reason: "spam" } },
  });
  expect(await desk.ask("drop", { messageId: "msg-1" })).toMatchObject({
    exitCode: 1,
    data: { error: { code: "not-dropped-running" } },
  });
  end();
  await one.until("msg-1", "done");
  expect(await desk.ask("drop", { messageId: "msg-1" })).toMatchObject({
    exitCode: 1,
    data: { error: { code: "not-dropped-ended" } },
  });
});

test("does not leave a card open by dropping: the next turn ends it and asks nobody", async () => {
  const desk = openInboxDesk();
  const first = await desk.start("dingone", async (turn) => {
    await turn.journal.opening("card-1");
    return untilStopped(turn);
  });
  const key = await first.say("msg-1", { text: "你好" });
  await first.untilRecord(key);
  await first[Symbol.asyncDispose]();
  const dropped = await desk.ask("drop", { messageId: "msg-1" });
  expect(dropped).toMatchObject({ exitCode: 0, data: { result: "ending" } });
  const seen: unknown[] = [];
  await using second = await desk.start("dingone", async ({ journal }) => {
    seen.push(journal.earlier);
    return ANSWERED;
  });
  await second.until("msg-1", "done");
  expect(seen).toMatchObject([
    { outTrackId: "card-1", end: { text: "管理员已取消这条消息的处理。", state: "FAILED" } },
  ]);
});

test("erases a person: texts and records of turns, and drops what of theirs waits", async () => {
  const desk = openInboxDesk();
  const { run, end } = held();
  await using one = await desk.start("dingone", async (turn) => {
    await turn.journal.opening(`card of ${turn.key.messageId}`);
    return run(turn);
  });
  await one.say("bob-1", { from: "bob", in: "cidB" });
  await one.say("alice-1", { from: "alice", in: "cidB" });
  const key = await one.say("alice-2", { from: "alice", in: "cidA" });
  await one.until("bob-1", "running");
  await one.untilRecord(key);
  expect(await desk.ask("erase", { staffId: "alice" }), "one of hers runs").toMatchObject({
    exitCode: 1,
    data: { accounts: [{ accountId: "one", dropped: 1, texts: 1, records: 0, running: 1 }] },
  });
  expect(await readTurnRecord(one.store.state, key), "its turn needs it").toBeDefined();
  end();
  await one.until("alice-2", "done");
  expect(await desk.ask("erase", { staffId: "alice" })).toMatchObject({
    exitCode: 0,
    data: { accounts: [{ texts: 1, records: 1, dropped: 0, running: 0 }] },
  });
  expect(await readTurnRecord(one.store.state, key)).toBeUndefined();
  expect(await desk.ask("text", { messageId: "alice-2" })).toMatchObject({
    exitCode: 1,
    data: { error: { code: "no-text" } },
  });
  expect((await desk.ask("text", { messageId: "bob-1" })).data["text"]).toBe("how much is it?");
  expect(await desk.ask("erase", { staffId: "alice" })).toMatchObject({
    exitCode: 1,
    data: { error: { code: "unknown-person" } },
  });
});

test("erases the record of a message, too, that ends while its sender is erased", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", answers);
  const { store } = one;
  const inbox: Inbox = {
    ...store.inbox,
    async erase(sender) {
      await one.say("msg-1");
      await one.until("msg-1", "done");
      return store.inbox.erase(sender);
    },
  };
  const place = { accountId: "one", file: "", running: true, store: { ...store, inbox } };
  const places = { found: [place], missing: [], problems: [], [Symbol.asyncDispose]: async () => undefined };
  expect(await erasePerson(places, "alice")).toMatchObject({
    data: { accounts: [{ texts: 1, records: 1 }] },
  });
});

test("says which file there would be when no message was kept yet, and makes none", async () => {
  const desk = openInboxDesk();
  for (const action of ["list", "explain", "retry"] as const) {
    const reply = await desk.ask(action, { messageId: "msg-1" });
    expect(reply).toMatchObject({ exitCode: 1, data: { error: { code: "no-inbox" } } });
    expect(reply.lines[0]).toContain(`the file would be ${desk.fileOf("dingone")}`);
  }
});

test("keeps away from a file that somebody else has open, and shows the others", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", answers);
  await one.say("msg-1");
  await one.until("msg-1", "done");
  await using other = await openSqliteStore({ file: desk.fileOf("dingtwo") });
  expect(await other.inbox.counts()).toMatchObject({ waiting: 0 });
  const listed = await desk.ask("list");
  expect(listed, "the other one is shown all the same").toMatchObject({
    exitCode: 0,
    data: { messages: [{ messageId: "msg-1" }], problems: [expect.stringContaining("account two: ")] },
  });
  const retried = await desk.ask("retry", { accountId: "two", messageId: "msg-1" });
  expect(retried).toMatchObject({ exitCode: 1, data: { error: { code: "inbox-unusable" } } });
  expect(retried.lines[0]).toContain(`${desk.fileOf("dingtwo")} is in use by `);
  expect(await desk.ask("erase", { staffId: "alice" }), "not all of hers is gone").toMatchObject({
    exitCode: 1,
    data: {
      accounts: [{ accountId: "one", texts: 1 }],
      problems: [expect.stringContaining("account two: ")],
    },
  });
});

test("says of a file that a newer version has written how to go on", async () => {
  const desk = openInboxDesk();
  const one = await desk.start("dingone", answers);
  await one[Symbol.asyncDispose]();
  using database = new DatabaseSync(desk.fileOf("dingone"));
  database.exec("pragma user_version = 999; update meta set value = 999 where key = 'usable_from'");
  for (const action of ["list", "retry"] as const) {
    const reply = await desk.ask(action, { messageId: "msg-1" });
    expect(reply).toMatchObject({ exitCode: 1, data: { error: { code: "inbox-unusable" } } });
    expect(reply.lines[0]).toMatch(/inbox\.db was written by a newer version .*: install that version again/);
  }
});

test("names a file that is none of ours", async () => {
  const desk = openInboxDesk();
  mkdirSync(dirname(desk.fileOf("dingtwo")), { recursive: true });
  writeFileSync(desk.fileOf("dingtwo"), "no database at all, and long enough to be sure of it");
  expect(await desk.ask("list", { accountId: "two" })).toMatchObject({
    exitCode: 1,
    data: { error: { code: "inbox-unusable", message: expect.stringContaining(desk.fileOf("dingtwo")) } },
  });
});
