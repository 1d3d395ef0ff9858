import { createMemoryState, parseRobotMessage, silentLogger } from "@dingtalk-kit/protocol";
import type { StatePort } from "@dingtalk-kit/protocol";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import type { TurnResult } from "@dingtalk-kit/turn";
import { expect, test } from "vitest";

import { describeArrival } from "../src/arrival.ts";
import { findNamesOfTargets } from "../src/find-names.ts";
import { createNameBook, readName, readNames } from "../src/known-names.ts";
import type { KnownName, NameBook } from "../src/known-names.ts";
import { resolveTarget } from "../src/named-target.ts";
import { openInboxDesk } from "./inbox-desk.ts";

const DAY_MS = 86_400_000;
const TEAM = "cidTeamRoom==";
const answers = async (): Promise<TurnResult> => ({ kind: "finished", outcome: { kind: "answered" } });

/** Somebody writes, in a group where a title is given. */
async function hear(book: NameBook, staffId: string, nick: string, title?: string): Promise<void> {
  const arrival = describeArrival(
    parseRobotMessage({
      msgId: "m1",
      conversationId: title === undefined ? "cidDirect==" : TEAM,
      conversationType: title === undefined ? "1" : "2",
      conversationTitle: title,
      senderStaffId: staffId,
      senderNick: nick,
      senderId: "$:LWCP_v1:$x",
      msgtype: "text",
      text: { content: "hello" },
    }),
  );
  if (arrival === undefined) throw new Error("nobody said it");
  await book.learn(arrival);
}

const PEOPLE: readonly KnownName[] = [
  { kind: "user", id: "012", name: "小王" },
  { kind: "user", id: "045", name: "小李" },
  { kind: "user", id: "046", name: "小李" },
  { kind: "user", id: "boss", name: "Henry" },
  { kind: "user", id: "047", name: "boss" },
  { kind: "user", id: "048", name: "项目群" },
  { kind: "group", id: TEAM, name: "项目群" },
];

const unreadable = (): Promise<never> => Promise.reject(new Error("no gateway"));
const find = (raw: string): Promise<object> => resolveTarget(raw, async () => PEOPLE);

test("keeps the names of people and groups over a restart, and follows a change of name", async () => {
  const desk = openInboxDesk();
  await using first = await desk.start("dingone", answers);
  const book = createNameBook(first.store.state, () => Date.now(), silentLogger);
  await hear(book, "012", "小王", "项目群");
  await hear(book, "012", "王经理");
  const expected = [
    { kind: "group", id: TEAM, name: "项目群" },
    { kind: "user", id: "012", name: "王经理" },
  ];
  expect((await desk.ask("names")).data["names"]).toEqual(expected);
  await first[Symbol.asyncDispose]();
  expect((await desk.ask("names", { accountId: "one" })).data["names"]).toEqual(expected);
  expect((await desk.ask("names", { accountId: "two" })).data["names"]).toEqual([]);
});

test("forgets who was not heard of for half a year, and writes at most once a day", async () => {
  const clock = createManualClock();
  const state = createMemoryState({ clock });
  let writes = 0;
  const counted: StatePort = {
    ...state,
    compareAndSet: (...change) => {
      writes += 1;
      return state.compareAndSet(...change);
    },
  };
  const book = createNameBook(counted, () => clock.nowMs(), silentLogger);
  for (let message = 0; message < 3; message += 1) await hear(book, "012", "小王");
  expect(writes).toBe(1);
  await clock.advance(2 * DAY_MS);
  await hear(book, "012", "小王");
  expect(writes).toBe(2);
  await clock.advance(179 * DAY_MS);
  expect(await readNames(state)).toHaveLength(1);
  await clock.advance(2 * DAY_MS);
  expect(await readNames(state)).toEqual([]);
});

test("erases a person's name with what they wrote", async () => {
  const desk = openInboxDesk();
  await using one = await desk.start("dingone", answers);
  const book = createNameBook(one.store.state, () => Date.now(), silentLogger);
  await hear(book, "012", "小王");
  await hear(book, "045", "小李");
  expect(await desk.ask("erase", { staffId: "012" })).toMatchObject({
    exitCode: 0,
    data: { accounts: [{ accountId: "one", texts: 0, names: 1 }] },
  });
  expect((await readNames(one.store.state)).map(({ name }) => name)).toEqual(["小李"]);
});

test("finds a person and a group by their exact names", async () => {
  expect(await find("user:小王")).toEqual({ kind: "user", staffId: "012" });
  expect(await find("小王")).toEqual({ kind: "user", staffId: "012" });
  expect(await find("group:项目群")).toEqual({ kind: "group", conversationId: TEAM });
  expect(await find("dingtalk:user: 小王 ")).toEqual({ kind: "user", staffId: "012" });
  await expect(find("小")).rejects.toThrow("nobody and no group");
});

test("refuses a name that several have, with the id of each", async () => {
  await expect(find("user:小李")).rejects.toThrow(/user:045 \(小李\) or user:046 \(小李\)\. Next: use one/);
  await expect(find("项目群")).rejects.toThrow(`user:048 (项目群) or group:${TEAM} (项目群)`);
});

test("takes what may be an id for one, unless somebody else is called so", async () => {
  expect(await find("user:Henry")).toEqual({ kind: "user", staffId: "Henry" });
  expect(await find("boss"), "a known id wins over a name").toEqual({ kind: "user", staffId: "boss" });
  expect(await find("stranger7")).toEqual({ kind: "user", staffId: "stranger7" });
  await expect(find("henry")).rejects.toThrow("user:boss (Henry) or user:henry (if that is a staff id)");
  expect(await resolveTarget("stranger7", unreadable)).toEqual({ kind: "user", staffId: "stranger7" });
  await expect(resolveTarget("小王", unreadable)).rejects.toThrow("no gateway");
});

test("says which forms there are for a name that nobody has, and for what is no target", async () => {
  await expect(find("user:小张")).rejects.toThrow(/known as "小张": use user:<staffId>, group:/);
  await expect(find("https://example.com")).rejects.toThrow(/no DingTalk target: use user:<staffId>/);
});

test("displayNameResolution: where it is off, only ids are targets", async () => {
  const dingtalk = { clientId: "dingone", clientSecret: "s", displayNameResolution: "disabled" };
  const byId = (raw: string): Promise<object> =>
    resolveTarget(raw, () => findNamesOfTargets({ channels: { dingtalk } }));
  expect(await byId("user:012")).toEqual({ kind: "user", staffId: "012" });
  await expect(byId("小王")).rejects.toThrow(/takes no names as targets: its setting displayNameResolution/);
});

test("reads no name out of what is none", () => {
  expect([undefined, 7, {}, { kind: "room", id: "1", name: "x" }].map(readName)).toEqual(
    Array(4).fill(undefined),
  );
});
