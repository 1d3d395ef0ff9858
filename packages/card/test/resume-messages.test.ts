import { ApiError, ClosedError, RateLimitError, TimeoutError } from "@dingtalk-kit/protocol";
import { describe, expect, test } from "vitest";

import type { ReplyOutcome } from "../src/reply.ts";
import type { CardDesk, DeskOptions } from "./card-desk.ts";
import { openCrashDesk, type ProcessOptions } from "./crash-desk.ts";
import { createJournalDesk, type JournalDesk } from "./journal-desk.ts";
import { inTime, openReplyDesk } from "./reply-desk.ts";

const parts = ["一", "二", "三"].map((mark) => mark.repeat(3_700));
const long = parts.join("\n\n");

const late = (): Error => new TimeoutError("late", { timeoutMs: 1, stage: "http" });
const noRoute = (): Error => new TimeoutError("late", { timeoutMs: 1, stage: "tcp" });
const busy = (): Error => new ApiError("busy", { status: 503 });
const unsafe = (): Error => new ApiError("unsafe", { status: 400, platformCode: "contain.notAllowed" });
const closed = (): Error => new ClosedError("closed");
const throttled = (): Error => new RateLimitError("slow", { status: 403, retryAfterMs: 2_000 });

interface Send extends Pick<DeskOptions, "route"> {
  readonly error: () => Error;
  readonly times?: number;
  readonly arrived?: boolean;
  readonly repeatUncertain?: boolean;
}

/** Sends three messages, of which the second fails. */
async function sendThree({
  route,
  error,
  times = 1,
  arrived = true,
  repeatUncertain = true,
}: Send): Promise<{ readonly desk: CardDesk; readonly disk: JournalDesk; readonly outcome: ReplyOutcome }> {
  const disk = createJournalDesk();
  let left = times;
  const fail: DeskOptions["fail"] = (call) =>
    call.kind === "message" && call.message.text === parts[1] && left-- > 0
      ? { error: error(), arrived }
      : undefined;
  const journal = disk.open({ repeatUncertain });
  const { reply, desk, clock } = openReplyDesk({ mode: "markdown", journal }, { route, fail });
  return { desk, disk, outcome: await inTime(clock, reply.finish(long)) };
}

const marksOf = (desk: CardDesk): string => desk.sent.map(({ text }) => text[0]).join("");

describe("a message that may have arrived", () => {
  test.each([late, busy])("is sent again, and counted, where DingTalk cannot tell: %o", async (error) => {
    for (const [arrived, shown] of [
      [true, "一二二三"],
      [false, "一二三"],
    ] as const) {
      const { desk, outcome } = await sendThree({ error, arrived });
      expect(marksOf(desk)).toBe(shown);
      expect(outcome).toMatchObject({ state: "FINISHED", repeated: 1, uncertain: 0, error: undefined });
      expect(outcome.receipts).toHaveLength(3);
    }
  });

  test.each([late, busy])("is left alone, and counted, if that is wanted: %o", async (error) => {
    for (const [arrived, shown] of [
      [true, "一二三"],
      [false, "一三"],
    ] as const) {
      const { desk, outcome } = await sendThree({ error, arrived, repeatUncertain: false });
      expect(marksOf(desk)).toBe(shown);
      expect(outcome).toMatchObject({ state: "FINISHED", repeated: 0, uncertain: 1, error: undefined });
    }
  });

  test("is sent again by the session webhook, whatever is wanted, and seen once", async () => {
    for (const repeatUncertain of [true, false]) {
      for (const arrived of [true, false]) {
        const { desk, outcome } = await sendThree({
          route: "session-webhook",
          error: late,
          times: 2,
          arrived,
          repeatUncertain,
        });
        expect(marksOf(desk)).toBe("一二三");
        expect(outcome).toMatchObject({ repeated: 0, uncertain: 0, calls: 5 });
      }
    }
  });

  test("is not given up for the messages after it when nothing can be sent any more", async () => {
    const { desk, disk, outcome } = await sendThree({
      error: closed,
      arrived: false,
      repeatUncertain: false,
    });
    expect(marksOf(desk)).toBe("一");
    expect(outcome).toMatchObject({ state: "FAILED", uncertain: 0, error: expect.any(ClosedError) });
    expect(disk.stored.messages).toMatchObject({ sent: 1, uncertain: true });
  });
});

describe("a message that surely did not arrive", () => {
  test("is sent again without being counted", async () => {
    for (const repeatUncertain of [true, false]) {
      for (const error of [throttled, noRoute]) {
        const { desk, outcome } = await sendThree({ error, times: 2, arrived: false, repeatUncertain });
        expect(marksOf(desk)).toBe("一二三");
        expect(outcome).toMatchObject({ repeated: 0, uncertain: 0, error: undefined, calls: 5 });
      }
    }
  });

  test("is not called uncertain for the next process", async () => {
    for (const error of [unsafe, noRoute]) {
      const { desk, disk, outcome } = await sendThree({ error, times: 3, arrived: false });
      expect(marksOf(desk)).toBe("一");
      expect(outcome).toMatchObject({ state: "FAILED", repeated: 0, uncertain: 0 });
      expect(disk.writes.at(-1)).toBe("unsent 1");
      expect(disk.stored.messages).toMatchObject({ sent: 1, uncertain: false });
    }
  });

  test("is uncertain all the same when an attempt before may have arrived", async () => {
    const errors = [late, unsafe];
    const { disk } = await sendThree({ error: () => (errors.shift() ?? unsafe)(), times: 2 });
    expect(disk.stored.messages).toMatchObject({ sent: 1, uncertain: true });
  });
});

/** Markdown replies call: 0 ending, then for each message sending, the port, sent. This is the second message. */
const during = (effect: boolean): ProcessOptions => ({ mode: "markdown", cut: { call: 5, effect } });

describe("after a crash", () => {
  test("messages go on with the one that was under way", async () => {
    for (const [effect, shown] of [
      [true, "一二二三"],
      [false, "一二三"],
    ] as const) {
      const { start, desk } = openCrashDesk();
      const first = start(during(effect));
      await first.run(first.reply.finish(long));
      const { reply, run } = start({ mode: "markdown" });
      const outcome = await run(reply.finish("other"));
      expect(marksOf(desk)).toBe(shown);
      expect(outcome).toMatchObject({ route: "markdown", state: "FINISHED", repeated: 1, uncertain: 0 });
      expect(outcome?.receipts).toHaveLength(2);
    }
  });

  test("they go on behind it if nothing may be said twice", async () => {
    const { start, desk, log } = openCrashDesk();
    const first = start(during(false));
    await first.run(first.reply.finish(long));
    const { reply, run } = start({ mode: "markdown", repeatUncertain: false });
    expect(await run(reply.finish("other"))).toMatchObject({ state: "FINISHED", repeated: 0, uncertain: 1 });
    expect(marksOf(desk)).toBe("一三");
    expect(log.lines).toMatchObject([{ level: "warn", fields: { index: 1 } }]);
  });

  test("one that may have arrived stays uncertain when it is refused now", async () => {
    let isRefused = false;
    const { start, disk } = openCrashDesk({
      fail: (call) => (isRefused && call.kind === "message" ? { error: unsafe() } : undefined),
    });
    const first = start(during(true));
    await first.run(first.reply.finish(long));
    isRefused = true;
    const { reply, run } = start({ mode: "markdown" });
    expect(await run(reply.finish("other"))).toMatchObject({ state: "FAILED" });
    expect(disk.stored.messages).toMatchObject({ sent: 1, uncertain: true });
  });

  test("all is said when what was sent belonged to words that were not written down", async () => {
    const { start, desk } = openCrashDesk();
    const messages = { whole: true, sent: 2, uncertain: true };
    const journal = {
      ...createJournalDesk().open(),
      earlier: { outTrackId: undefined, end: undefined, messages },
    };
    const { reply, run } = start({ mode: "markdown", journal });
    expect(await run(reply.finish(long))).toMatchObject({ repeated: 0 });
    expect(marksOf(desk)).toBe("一二三");
  });

  test("the one under way is the same to DingTalk, by the session webhook", async () => {
    for (const mode of ["markdown", "card"] as const) {
      const { start, desk } = openCrashDesk({ route: "session-webhook" });
      // A card's reply makes four more calls before its first message, which begins with what the card has not taken.
      const cut = { call: mode === "card" ? 9 : 5, effect: true };
      const key = mode === "card" ? { replyKey: undefined } : {};
      const first = start({ mode, cut, ...key });
      await first.run(first.reply.finish(long));
      const before = desk.sent.length;
      const { reply, run } = start({ mode, ...key });
      expect(await run(reply.finish("other"))).toMatchObject({ repeated: 0, uncertain: 0 });
      expect(desk.sent).toHaveLength(3);
      expect(before).toBe(2);
    }
  });

  test("other words are other messages, although the first ones were not written down", async () => {
    const { start, desk } = openCrashDesk({ route: "session-webhook" });
    for (const text of ["one", "two", "two"]) {
      const { reply, run } = start({ mode: "markdown", journal: undefined });
      await run(reply.finish(text));
    }
    expect(desk.sent).toMatchObject([{ text: "one" }, { text: "two" }]);
  });
});

test("names each message of each reply differently, also when they say the same", async () => {
  const { start, desk } = openCrashDesk({ route: "session-webhook" });
  const same = `${"同".repeat(3_000)}\n\n${"同".repeat(3_000)}`;
  const { reply, run } = start({ mode: "markdown", replyKey: "m1" });
  await run(reply.finish(same));
  expect(desk.sent).toHaveLength(2);
  const other = openReplyDesk({ mode: "markdown", messages: desk.messages, replyKey: "m2" });
  await inTime(other.clock, other.reply.finish(same));
  expect(new Set(desk.sent.map(({ idempotencyId }) => idempotencyId)).size).toBe(4);
});
