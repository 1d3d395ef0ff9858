import { ApiError, CardError, PermissionError, type ReplyJournal } from "@dingtalk-kit/protocol";
import { describe, expect, test } from "vitest";

import { resolveCardTemplate } from "../src/template.ts";
import { failing } from "./card-desk.ts";
import { type CrashDesk, openCrashDesk } from "./crash-desk.ts";
import { inTime, openReplyDesk } from "./reply-desk.ts";

const wrongKey = (): Error => new ApiError("unknown", { status: 500, platformCode: "unknownError" });
const forbidden = (): Error => new PermissionError("no", { status: 403 });
const long = Array.from({ length: 300 }, (_item, at) => `第${at}段：${"内容".repeat(20)}`).join("\n\n");

/** A process that dies in the middle of an answer, after its card shows `shown`. */
async function dieShowing({ start, clock }: CrashDesk, shown: string): Promise<void> {
  start().reply.update(shown);
  await clock.advance(100);
}

// What a reply calls that is ended at once: its journal is 0 ending, 1 opening, 5 sending, 7 sent.
const CALL = { deliver: 2, finalFrame: 3, stateUpdate: 4, firstMessage: 6, secondMessage: 9 } as const;

/** A process that dies at one of these calls, of which DingTalk gets the effect. */
async function dieEnding({ start }: CrashDesk, at: keyof typeof CALL, text: string): Promise<void> {
  const { reply, run } = start({ cut: { call: CALL[at], effect: true } });
  expect(await run(reply.finish(text))).toBeUndefined();
}

const historyOf = ({ desk }: CrashDesk): readonly (readonly [string, string])[] =>
  desk.card.history.map(({ state, text }) => [state, text] as const);
const kindsFrom = ({ desk }: CrashDesk, start: number): readonly string[] =>
  desk.calls.slice(start).map(({ kind }) => kind);
const seen = ({ desk }: CrashDesk): string =>
  [desk.card.text, ...desk.sent.map(({ text }) => text)].join("\n\n");

const refuse = (): Promise<never> => Promise.reject(new Error("disk full"));

describe("what is written down", () => {
  test("is the card before it is delivered, the last words, and each message; nothing for a frame", async () => {
    const { start, clock, desk, disk } = openCrashDesk();
    const { reply, run } = start();
    for (let at = 1; at <= 20; at += 1) {
      reply.update("x".repeat(at));
      await clock.advance(1_000);
    }
    expect(disk.writes).toEqual(["opening"]);
    expect(desk.frames).toHaveLength(20);
    await run(reply.finish(long));
    expect(disk.writes).toEqual([
      "opening",
      "ending FINISHED",
      ...[0, 1, 2].flatMap((index) => [`sending ${index}`, `sent ${index}`]),
    ]);
    const [outTrackId] = desk.shown.keys();
    const { stored } = disk;
    expect(stored).toMatchObject({ outTrackId, messages: { whole: false, sent: 3, uncertain: false } });
    expect(long.slice(0, stored.messages?.from).trimEnd()).toBe(desk.card.text);
  });

  test("is on disk before it happens", async () => {
    for (const [call, unseen] of [
      [0, "frame"],
      [1, "deliver"],
      [5, "message"],
    ] as const) {
      const crash = openCrashDesk();
      const { reply, run } = crash.start({ cut: { call, effect: false } });
      await run(reply.finish(long));
      expect(kindsFrom(crash, 0)).not.toContain(unseen);
    }
  });

  test("may fail to be written: one line in the log, and the answer comes all the same", async () => {
    const journal: ReplyJournal = {
      earlier: undefined,
      repeatUncertain: true,
      opening: refuse,
      ending: refuse,
      sending: refuse,
      sent: refuse,
    };
    const { reply, desk, clock, log } = openReplyDesk({ journal });
    expect(await inTime(clock, reply.finish(long))).toMatchObject({ route: "card", error: undefined });
    expect(desk.sent).toHaveLength(3);
    expect(log.lines).toMatchObject([
      { level: "warn", fields: { cause: "Error", next: expect.stringContaining("disk") } },
    ]);
  });
});

describe("a card that was left growing", () => {
  test.each(["card", "markdown"] as const)("goes on, and ends, in mode %s", async (mode) => {
    const crash = openCrashDesk();
    await dieShowing(crash, "Half of");
    const { reply, run } = crash.start({ mode });
    expect(reply.state).toBe("PROCESSING");
    await run(reply.open());
    reply.update("Another");
    await crash.clock.advance(100);
    const outcome = await run(reply.finish("Another answer"));
    expect(historyOf(crash)).toEqual([
      ["PROCESSING", ""],
      ["INPUTING", "Half of"],
      ["INPUTING", "Another"],
      ["FINISHED", "Another answer"],
      ["FINISHED", "Another answer"],
    ]);
    expect(outcome).toMatchObject({ route: "card", state: "FINISHED", cardError: undefined });
    expect(outcome?.outTrackId).toBe([...crash.desk.shown.keys()][0]);
    expect(crash.desk.sent).toEqual([]);
    expect(crash.disk.writes).toEqual(["opening", "ending FINISHED"]);
  });

  test("ends as FAILED also when the new process gives no other sign of life", async () => {
    const crash = openCrashDesk();
    await dieShowing(crash, "Half of");
    const { reply, run } = crash.start();
    await run(reply.fail("stopped"));
    expect(crash.desk.card).toMatchObject({ state: "FAILED", text: "stopped" });
    expect(crash.desk.sent).toEqual([]);
  });

  test.each([
    ["refused", forbidden],
    ["not even tried", () => new CardError("cards rest", { status: 503, retryAfterMs: 30_000 })],
  ])("is gone on in when to deliver it again is %s", async (_how, error) => {
    let isDown = false;
    const crash = openCrashDesk({
      fail: (call) => (isDown && call.kind === "deliver" ? { error: error() } : undefined),
    });
    await dieShowing(crash, "Half of");
    isDown = true;
    const { reply, run } = crash.start();
    expect(await run(reply.finish("The answer"))).toMatchObject({ route: "card" });
    expect(crash.desk.card).toMatchObject({ state: "FINISHED", text: "The answer" });
    expect(crash.log.lines).toHaveLength(1);
  });

  test("is delivered when the crash came before, and replaced by messages when it is refused", async () => {
    const cut = { call: 0, effect: true };
    const delivered = openCrashDesk();
    const dead = delivered.start({ cut });
    await dead.run(dead.reply.open());
    expect(delivered.desk.shown.size).toBe(0);
    const { reply, run } = delivered.start();
    await run(reply.finish("The answer"));
    expect([...delivered.desk.shown.keys()]).toEqual([delivered.disk.stored.outTrackId]);
    expect(delivered.desk.card.text).toBe("The answer");

    const refused = openCrashDesk({ fail: failing("deliver", forbidden) });
    const first = refused.start({ cut });
    await first.run(first.reply.open());
    const second = refused.start();
    expect(await second.run(second.reply.finish("The answer"))).toMatchObject({ route: "markdown" });
    expect(refused.desk.sent).toMatchObject([{ text: "The answer" }]);
    // That there was nothing to close is no news.
    expect(refused.log.lines.map(({ message }) => message)).not.toContain("card could not be closed");
  });
});

describe("last words that were decided", () => {
  test("are shown whatever the next process says, and nothing else is", async () => {
    for (const end of ["finish", "fail"] as const) {
      const crash = openCrashDesk();
      await dieEnding(crash, "deliver", "The answer");
      const { reply, run } = crash.start();
      await run(reply.open());
      reply.update("other");
      reply.note("busy");
      await crash.clock.advance(2_000);
      expect(kindsFrom(crash, 1)).toEqual([]);
      expect(await run(reply[end]("other"))).toMatchObject({ route: "card", state: "FINISHED" });
      expect(historyOf(crash)).toEqual([
        ["PROCESSING", ""],
        ["FINISHED", "The answer"],
        ["FINISHED", "The answer"],
      ]);
      expect(crash.disk.writes).toEqual(["ending FINISHED", "opening"]);
    }
  });

  test("are put by an update when the card was closed before and refuses frames", async () => {
    for (const cardTemplateId of [undefined, "0000.schema"]) {
      const template = resolveCardTemplate({ cardTemplateId });
      const crash = openCrashDesk();
      const first = crash.start({ template, cut: { call: CALL.finalFrame, effect: true } });
      await first.run(first.reply.finish("The answer"));
      expect(crash.desk.card.state).toBe("FINISHED");
      const { reply, run } = crash.start({ template });
      const outcome = await run(reply.finish(""));
      expect(kindsFrom(crash, 2)).toEqual(["deliver", "frame", "update"]);
      expect(outcome).toMatchObject({ route: "card", state: "FINISHED", cardError: undefined });
      expect(crash.desk.card).toMatchObject({ state: "FINISHED", text: "The answer" });
      expect(crash.desk.sent).toEqual([]);
      expect(crash.log.lines).toEqual([]);
    }
  });

  test("come by messages when the card takes neither", async () => {
    const crash = openCrashDesk({ fail: failing("update", wrongKey) });
    await dieEnding(crash, "finalFrame", "The answer");
    const { reply, run } = crash.start();
    expect(await run(reply.finish(""))).toMatchObject({ route: "markdown", cardError: expect.any(ApiError) });
    expect(crash.desk.sent).toMatchObject([{ text: "The answer" }]);
  });

  test("stay FAILED, with what there was of the answer", async () => {
    const crash = openCrashDesk();
    const first = crash.start({ cut: { call: 4, effect: true } });
    first.reply.update("Half of");
    await first.run(first.reply.fail("stopped"));
    expect(first.dead).toBe(true);
    const { reply, run } = crash.start();
    expect(await run(reply.finish("whole"))).toMatchObject({ state: "FAILED", error: undefined });
    expect(crash.desk.card).toMatchObject({ state: "FAILED", text: "Half of\n\nstopped" });
  });
});

describe("messages after a card", () => {
  test("go on behind what had arrived; the card is left alone", async () => {
    const crash = openCrashDesk();
    await dieEnding(crash, "secondMessage", long);
    const before = crash.desk.calls.length;
    expect(crash.desk.sent).toHaveLength(2);
    const { reply, run } = crash.start();
    const outcome = await run(reply.finish(""));
    expect(kindsFrom(crash, before)).toEqual(["message", "message"]);
    expect(outcome).toMatchObject({ route: "card", state: "FINISHED", repeated: 1, uncertain: 0 });
    crash.desk.sent.splice(2, 1);
    expect(seen(crash)).toBe(long);
  });

  test("begin where a card ended that took less than usual", async () => {
    const crash = openCrashDesk({
      fail: (call) =>
        call.kind === "frame" && call.content.length > 1_000
          ? { error: new ApiError("large", { status: 400, platformCode: "param.stream.content" }) }
          : undefined,
    });
    // Two frames were too large.
    const first = crash.start({ cut: { call: CALL.secondMessage + 1, effect: false } });
    await first.run(first.reply.finish(long));
    expect(crash.desk.sent).toHaveLength(1);
    const { reply, run } = crash.start();
    await run(reply.finish(""));
    expect(seen(crash)).toBe(long);
  });

  test("that took a card's place are completed, and the card is closed", async () => {
    const crash = openCrashDesk({ fail: failing("frame", wrongKey) });
    const first = crash.start({ cut: { call: 8, effect: false } });
    first.reply.update("Half of");
    await crash.clock.advance(100);
    await first.run(first.reply.finish(long));
    expect(first.dead).toBe(true);
    const before = crash.desk.calls.length;
    const { reply, run } = crash.start();
    expect(await run(reply.finish(""))).toMatchObject({ route: "markdown", state: "FINISHED" });
    expect(kindsFrom(crash, before).filter((kind) => kind === "deliver")).toEqual([]);
    expect(crash.desk.card).toMatchObject({ state: "FAILED", text: expect.stringContaining("下方") });
    expect(crash.desk.sent.map(({ text }) => text).join("\n\n")).toBe(long);
  });
});

test("closes a card that may have come although its delivery failed", async () => {
  const error = new ApiError("busy", { status: 503 });
  const { reply, desk, clock } = openReplyDesk(
    {},
    { usedCards: "ignore", fail: (call) => (call.kind === "deliver" ? { error, arrived: true } : undefined) },
  );
  expect(await inTime(clock, reply.finish("The answer"))).toMatchObject({ route: "markdown" });
  expect(desk.card).toMatchObject({ state: "FAILED", text: expect.stringContaining("下方") });
  expect(desk.sent).toHaveLength(1);
});
