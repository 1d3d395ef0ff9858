import {
  ApiError,
  CardError,
  ConnectionError,
  PermissionError,
  RateLimitError,
  TimeoutError,
} from "@dingtalk-kit/protocol";
import { describe, expect, test } from "vitest";

import { resolveCardTemplate } from "../src/template.ts";
import { failing } from "./card-desk.ts";
import { inTime, openReplyDesk } from "./reply-desk.ts";

const custom = resolveCardTemplate({ cardTemplateId: "0000.schema" });
const busy = (): Error => new ApiError("busy", { status: 503 });
const connectionReset = (): Error => new ConnectionError("reset", { stage: "tcp" });
const unanswered = (): Error => new TimeoutError("no answer", { timeoutMs: 10_000, stage: "http" });
const unsafe = (): Error => new ApiError("unsafe", { status: 400, platformCode: "param.contentUnsafe" });
const wrongKey = (): Error => new ApiError("unknown", { status: 500, platformCode: "unknownError" });
const throttled = (retryAfterMs: number): Error =>
  new RateLimitError("slow down", {
    status: 403,
    platformCode: "Forbidden.AccessDenied.QpsLimitForApi",
    retryAfterMs,
  });

describe("a card that works", () => {
  test("goes PROCESSING, INPUTING, FINISHED and ends with the final text [S2-74 S2-90 S2-92]", async () => {
    const { reply, desk, clock } = openReplyDesk();
    expect(reply.state).toBe("NEW");
    await reply.open();
    expect(reply.state).toBe("PROCESSING");
    reply.update("Hel");
    await clock.advance(0);
    expect(reply.state).toBe("INPUTING");
    const outcome = await inTime(clock, reply.finish("Hello"));
    expect(reply.state).toBe("FINISHED");
    expect(desk.card.history.map(({ state, text }) => [state, text])).toEqual([
      ["PROCESSING", ""],
      ["INPUTING", "Hel"],
      ["FINISHED", "Hello"],
      ["FINISHED", "Hello"],
    ]);
    expect(outcome).toMatchObject({ route: "card", state: "FINISHED", receipts: [], error: undefined });
    expect(outcome.carrierId).toBe(`carrier-${outcome.outTrackId}`);
  });

  test("costs one call to create and one per frame; the last frame finalizes [S2-79 S2-80 S2-81 S2-82]", async () => {
    const { reply, desk, clock } = openReplyDesk({ template: custom });
    await reply.open();
    for (const text of ["a", "ab", "abc"]) {
      reply.update(text);
      await clock.advance(800);
    }
    const outcome = await inTime(clock, reply.finish("abcd"));
    expect(desk.calls.map(({ kind }) => kind)).toEqual(["deliver", "frame", "frame", "frame", "frame"]);
    expect(desk.frames.map(({ finalize }) => finalize)).toEqual([false, false, false, true]);
    expect(outcome.calls).toBe(1 + 4);
  });

  test("sets the state of a public template by a call of its own, merged by key", async () => {
    const { reply, desk, clock } = openReplyDesk();
    await inTime(clock, reply.finish("answer"));
    expect(desk.updates).toEqual([
      { kind: "update", outTrackId: expect.any(String), params: { flowStatus: "3" } },
    ]);
  });

  test("shows a word of waiting where the template would be blank, and none where it has a look of its own", async () => {
    for (const [template, text] of [
      [custom, "思考中…"],
      [resolveCardTemplate(), ""],
    ] as const) {
      const { reply, desk } = openReplyDesk({ template });
      await reply.open();
      expect(desk.card.text).toBe(text);
    }
  });

  test("opens once, whoever asks", async () => {
    const { reply, desk, clock } = openReplyDesk();
    reply.update("a");
    await Promise.all([reply.open(), reply.open(), clock.advance(0)]);
    await inTime(clock, reply.finish("ab"));
    expect(desk.calls.filter(({ kind }) => kind === "deliver")).toHaveLength(1);
  });

  test("shows the first text as soon as the card is there", async () => {
    const { reply, desk, clock } = openReplyDesk({}, { latencyMs: 60 });
    const startMs = clock.nowMs();
    void reply.open();
    reply.update("first");
    await clock.advance(120);
    expect(desk.card.history.at(-1)).toEqual({ atMs: startMs + 120, state: "INPUTING", text: "first" });
  });

  test("merges quick updates into one frame per interval, the newest text in each [S2-84 S2-86]", async () => {
    const { reply, desk, clock } = openReplyDesk({ intervalMs: 1_000 }, { latencyMs: 50 });
    await inTime(clock, reply.open());
    for (let at = 1; at <= 100; at += 1) {
      reply.update("x".repeat(at));
      await clock.advance(20);
    }
    expect(desk.frames.map(({ content }) => content.length)).toEqual([1, 50, 100]);
    await inTime(clock, reply.finish("done"));
    expect(desk.mostInFlight).toBe(1);
  });

  test("needs fewer calls than the official connector's 57 for 2,000 tokens at 50 a second", async () => {
    const { reply, desk, clock } = openReplyDesk({}, { latencyMs: 60 });
    const opened = reply.open();
    await clock.advance(60);
    await opened;
    let text = "";
    for (let token = 0; token < 2_000; token += 1) {
      text += "to ";
      reply.update(text);
      await clock.advance(20);
    }
    const outcome = await inTime(clock, reply.finish(text));
    expect(outcome.calls).toBeLessThan(57);
    expect(outcome.calls).toBe(desk.calls.length);
  });

  test("sends each frame whole, with a guid of its own", async () => {
    const { reply, desk, clock } = openReplyDesk();
    for (const text of ["a", "ab", "abc"]) {
      reply.update(text);
      await clock.advance(1_000);
    }
    await inTime(clock, reply.finish("abcd"));
    expect(desk.frames.map(({ content }) => content)).toEqual(["a", "ab", "abc", "abcd"]);
    expect(new Set(desk.frames.map(({ guid }) => guid)).size).toBe(4);
  });

  test("sends nothing for text that did not change, and nothing after the end", async () => {
    const { reply, desk, clock } = openReplyDesk();
    reply.update("same");
    await clock.advance(5_000);
    reply.update("same");
    await clock.advance(5_000);
    expect(desk.frames).toHaveLength(1);
    await inTime(clock, reply.finish("same"));
    reply.update("late");
    reply.note("late");
    await reply.open();
    await clock.advance(5_000);
    expect(desk.frames).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  test("shows notes until there is text, and the text at once", async () => {
    const { reply, desk, clock } = openReplyDesk();
    await reply.open();
    reply.note("🔧 searching");
    await clock.advance(10);
    reply.update("Answer");
    await clock.advance(0);
    reply.note("🔧 late");
    await clock.advance(5_000);
    expect(desk.frames.map(({ content }) => content)).toEqual(["🔧 searching", "Answer"]);
    await inTime(clock, reply.finish("Answer"));
  });

  test("gives the same outcome to every finish and fail; the first decides", async () => {
    const { reply, desk, clock } = openReplyDesk();
    const [first, second, third] = await inTime(
      clock,
      Promise.all([reply.finish("one"), reply.finish("two"), reply.fail("three")]),
    );
    expect(second).toBe(first);
    expect(third).toBe(first);
    expect(desk.card.text).toBe("one");
  });

  test("says so when the model returned no text, and keeps what was shown before", async () => {
    const silent = openReplyDesk();
    silent.reply.note("thinking");
    await inTime(silent.clock, silent.reply.finish("  "));
    expect(silent.desk.card).toMatchObject({ state: "FINISHED", text: expect.stringContaining("没有返回") });

    const english = openReplyDesk({ language: "en", mode: "markdown" });
    await inTime(english.clock, english.reply.finish(""));
    expect(english.desk.sent).toEqual([
      expect.objectContaining({ text: expect.stringContaining("no text") }),
    ]);

    const partial = openReplyDesk();
    partial.reply.update("half an answer");
    await inTime(partial.clock, partial.reply.finish(""));
    expect(partial.desk.card.text).toBe("half an answer");
  });

  test("puts what a card cannot hold into messages, in order, and loses nothing", async () => {
    const { reply, desk, clock } = openReplyDesk();
    const paragraphs = Array.from({ length: 200 }, (_, at) => `第${at}段：${"内容".repeat(20)}`);
    const text = paragraphs.join("\n\n");
    reply.update(text);
    await clock.advance(1_000);
    const outcome = await inTime(clock, reply.finish(text));
    expect(outcome.receipts).toHaveLength(desk.sent.length);
    expect(desk.sent.length).toBeGreaterThan(1);
    const shown = [desk.card.text, ...desk.sent.map((message) => message.text)];
    for (const part of shown) expect(part.length).toBeLessThanOrEqual(3_800);
    expect(shown.join("\n\n")).toBe(text);
    expect(outcome).toMatchObject({ route: "card", state: "FINISHED" });
  });

  test("logs and ignores what onEvent throws", async () => {
    const { reply, clock, log } = openReplyDesk({
      onEvent: () => {
        throw new Error("observer");
      },
    });
    expect(await inTime(clock, reply.finish("fine"))).toMatchObject({ state: "FINISHED" });
    expect(log.lines.map(({ message }) => message)).toContain("onEvent threw");
  });
});

describe("a reply that fails", () => {
  test("ends the card as FAILED with what there is and the reason", async () => {
    const { reply, desk, clock } = openReplyDesk();
    reply.update("Half of\n```ts\ncode");
    await clock.advance(10);
    const outcome = await inTime(clock, reply.fail("已停止"));
    expect(desk.card).toMatchObject({ state: "FAILED", text: "Half of\n```ts\ncode\n```\n\n已停止" });
    expect(desk.frames.at(-1)).toMatchObject({ failed: true, finalize: false });
    expect(outcome.state).toBe("FAILED");
    expect(reply.state).toBe("FAILED");
  });

  test("finalizes with the reason where the template has no failed state", async () => {
    for (const declared of [true, false]) {
      const { reply, desk, clock } = openReplyDesk(
        { template: { ...custom, failedState: declared } },
        { fail: (call) => (call.kind === "frame" && call.failed ? { error: wrongKey() } : undefined) },
      );
      await reply.open();
      await inTime(clock, reply.fail("stopped"));
      expect(desk.card).toMatchObject({ state: "FINISHED", text: "stopped" });
    }
  });

  test("says the reason in one message when nothing was opened yet", async () => {
    const { reply, desk, clock } = openReplyDesk();
    const outcome = await inTime(clock, reply.fail("已停止"));
    expect(desk.calls.map(({ kind }) => kind)).toEqual(["message"]);
    expect(outcome).toMatchObject({ route: "markdown", state: "FAILED", error: undefined });
  });
});

describe("a card that is refused", () => {
  test.each([
    [
      "not delivered inside HTTP 200",
      () => new CardError("spaceId is illegal", { status: 200 }),
      ["deliver", "message"],
    ],
    [
      "template unknown",
      () => new ApiError("x", { status: 400, platformCode: "param.templateNotExist" }),
      ["deliver", "message"],
    ],
    [
      "no permission",
      () => new PermissionError("x", { status: 403, requiredScopes: ["Card.Instance.Write"] }),
      ["deliver", "message"],
    ],
    // It may be there all the same, and must not stay open then.
    ["busy twice", busy, ["deliver", "deliver", "message", "frame"]],
  ])("answers in Markdown: %s", async (_name, error, calls) => {
    const { reply, desk, clock, log, events } = openReplyDesk({}, { fail: failing("deliver", error) });
    await inTime(clock, reply.open());
    reply.update("Hi");
    const outcome = await inTime(clock, reply.finish("Hi **there**"));
    expect(desk.calls.map(({ kind }) => kind)).toEqual(calls);
    expect(desk.sent).toMatchObject([{ kind: "markdown", title: "Hi there", text: "Hi **there**" }]);
    expect(outcome).toMatchObject({
      route: "markdown",
      state: "FINISHED",
      outTrackId: undefined,
      error: undefined,
    });
    expect(log.lines.filter(({ level }) => level === "warn")).toEqual([
      expect.objectContaining({ fields: expect.objectContaining({ next: expect.any(String) }) }),
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(["card-lost", "closed"]);
  });

  test("names the permission to grant and the option to mend", async () => {
    const lines: unknown[] = [];
    for (const error of [
      () => new PermissionError("x", { status: 403, requiredScopes: ["Card.Instance.Write"] }),
      () => new ApiError("x", { status: 400, platformCode: "param.templateNotExist" }),
    ]) {
      const { reply, clock, log } = openReplyDesk({}, { fail: failing("deliver", error) });
      await inTime(clock, reply.open());
      lines.push(log.lines[0]?.fields["next"]);
    }
    expect(lines).toEqual([
      expect.stringContaining("Card.Instance.Write"),
      expect.stringContaining("cardTemplateId"),
    ]);
  });

  test("tries once more when DingTalk was busy, and takes a card whose answer got lost as delivered", async () => {
    const lost = { error: new TimeoutError("late", { timeoutMs: 1, stage: "http" }), arrived: true };
    const { reply, desk, clock } = openReplyDesk(
      {},
      { fail: (_call, index) => (index === 0 ? lost : undefined) },
    );
    await inTime(clock, reply.open());
    expect(reply.state).toBe("PROCESSING");
    await inTime(clock, reply.finish("ok"));
    expect(desk.shown.size).toBe(1);
    expect(desk.card.text).toBe("ok");
    expect(desk.sent).toEqual([]);
  });

  test("needs no card for somebody who cannot be addressed", async () => {
    const { reply, desk, clock } = openReplyDesk({ target: undefined });
    await reply.open();
    await inTime(clock, reply.finish("by webhook"));
    expect(desk.calls.map(({ kind }) => kind)).toEqual(["message"]);
  });
});

describe("a card that stops working", () => {
  test("skips frames while DingTalk throttles, then shows the newest text [S2-93]", async () => {
    const { reply, desk, clock } = openReplyDesk({}, { fail: failing("frame", () => throttled(2_000), 1) });
    await reply.open();
    reply.update("a");
    await clock.advance(1_900);
    reply.update("ab");
    expect(desk.frames).toHaveLength(1);
    await clock.advance(200);
    expect(desk.frames.map(({ content }) => content)).toEqual(["a", "ab"]);
    await inTime(clock, reply.finish("abc"));
    expect(desk.card.text).toBe("abc");
  });

  test("waits for the end of a throttle before the last frame", async () => {
    const { reply, desk, clock } = openReplyDesk({}, { fail: failing("frame", () => throttled(3_000), 1) });
    await reply.open();
    reply.update("a");
    await clock.advance(100);
    const ended = reply.finish("ab");
    await clock.advance(2_000);
    expect(desk.frames).toHaveLength(1);
    await inTime(clock, ended);
    expect(desk.frames).toHaveLength(2);
  });

  test("bears passing failures: the next whole frame repairs the card", async () => {
    const { reply, desk, clock, log } = openReplyDesk({}, { fail: failing("frame", busy, 2) });
    reply.update("a");
    await clock.advance(10_000);
    expect(desk.card.text).toBe("a");
    expect(await inTime(clock, reply.finish("ab"))).toMatchObject({ route: "card", cardError: undefined });
    expect(log.lines).toEqual([]);
  });

  test("repeats the last frame under the same guid until it is taken", async () => {
    const { reply, desk, clock } = openReplyDesk({}, { fail: failing("frame", connectionReset, 3) });
    const outcome = await inTime(clock, reply.finish("answer"));
    expect(new Set(desk.frames.map(({ guid }) => guid)).size).toBe(1);
    expect(desk.frames).toHaveLength(4);
    expect(desk.card).toMatchObject({ state: "FINISHED", text: "answer" });
    expect(outcome.calls).toBe(6);
  });

  for (const usedCards of ["refuse", "ignore"] as const) {
    test(`says an answer once whose last frame arrived and was never answered, where closed cards ${usedCards} frames`, async () => {
      const { reply, desk, clock } = openReplyDesk(
        {},
        {
          usedCards,
          fail: ({ kind }) => (kind === "frame" ? { error: unanswered(), arrived: true } : undefined),
        },
      );
      expect(await inTime(clock, reply.finish("answer"))).toMatchObject({ route: "card", state: "FINISHED" });
      expect(desk.card).toMatchObject({ state: "FINISHED", text: "answer" });
      expect(desk.sent).toEqual([]);
    });

    test(`takes the answer out of a card again that may show it beside a message, where closed cards ${usedCards} frames`, async () => {
      let updates = 0;
      const { reply, desk, clock, log } = openReplyDesk(
        {},
        {
          usedCards,
          fail: ({ kind }) => {
            if (kind === "frame") return { error: unanswered(), arrived: true };
            return kind === "update" && (updates += 1) <= 4 ? { error: busy() } : undefined;
          },
        },
      );
      expect(await inTime(clock, reply.finish("answer"))).toMatchObject({ route: "markdown" });
      expect(desk.sent.map(({ text }) => text)).toEqual(["answer"]);
      expect(desk.card).toMatchObject({ state: "FAILED", text: expect.stringContaining("下方") });
      expect(log.lines.map(({ message }) => message)).toEqual([expect.stringContaining("card lost")]);
    });
  }

  test("gives up a card with a wrong variable at once, answers in messages and closes the card [S2-95]", async () => {
    const { reply, desk, clock, log } = openReplyDesk({}, { fail: failing("frame", wrongKey) });
    await reply.open();
    reply.update("a");
    await clock.advance(5_000);
    reply.update("ab");
    await clock.advance(5_000);
    expect(desk.frames).toHaveLength(1);
    expect(log.lines.map(({ fields }) => fields["next"])).toEqual([
      expect.stringContaining("cardTemplateKey"),
    ]);
    const outcome = await inTime(clock, reply.finish("abc"));
    expect(desk.sent.map((message) => message.text)).toEqual(["abc"]);
    expect(desk.card).toMatchObject({ state: "FAILED", text: expect.stringContaining("下方") });
    expect(outcome).toMatchObject({ route: "markdown", state: "FINISHED", error: undefined });
    expect(outcome.outTrackId).toBeDefined();
  });

  test("answers in messages when the last frame is refused", async () => {
    const { reply, desk, clock } = openReplyDesk({}, { fail: failing("frame", unsafe, 1) });
    const outcome = await inTime(clock, reply.finish("answer"));
    expect(desk.sent.map((message) => message.text)).toEqual(["answer"]);
    expect(desk.card.state).toBe("FAILED");
    expect(outcome).toMatchObject({ route: "markdown", state: "FINISHED" });
  });

  test("halves what it shows when DingTalk calls it too large, and sends the rest in messages", async () => {
    const { reply, desk, clock } = openReplyDesk(
      {},
      {
        fail: (call) =>
          call.kind === "frame" && call.content.length > 1_000
            ? { error: new ApiError("large", { status: 400, platformCode: "param.stream.content" }) }
            : undefined,
      },
    );
    const text = Array.from({ length: 300 }, (_, at) => `line ${at}`).join("\n\n");
    reply.update(text);
    await clock.advance(20_000);
    expect(desk.card.text.length).toBeGreaterThan(300);
    const outcome = await inTime(clock, reply.finish(text));
    expect([desk.card.text, ...desk.sent.map((message) => message.text)].join("\n\n")).toBe(text);
    expect(outcome).toMatchObject({ route: "card", cardError: undefined });
  });

  test("reports a state that could not be set, but the answer stands", async () => {
    const { reply, desk, clock, log } = openReplyDesk({}, { fail: failing("update", busy) });
    const outcome = await inTime(clock, reply.finish("answer"));
    expect(outcome).toMatchObject({ route: "card", state: "FINISHED", error: undefined });
    expect(desk.card.text).toBe("answer");
    expect(log.lines.map(({ message }) => message)).toEqual(["card state could not be set"]);
  });
});

describe("Markdown mode", () => {
  test("sends nothing before the end, then one message with a title", async () => {
    const { reply, desk, clock } = openReplyDesk({ mode: "markdown" });
    await reply.open();
    reply.update("# Ans");
    reply.note("tool");
    await clock.advance(10_000);
    expect(desk.calls).toEqual([]);
    expect(reply.state).toBe("NEW");
    const outcome = await inTime(clock, reply.finish("# Answer\n\ntext"));
    expect(desk.sent).toMatchObject([{ kind: "markdown", title: "Answer", text: "# Answer\n\ntext" }]);
    expect(outcome).toMatchObject({ route: "markdown", state: "FINISHED", calls: 1, outTrackId: undefined });
    expect(outcome.receipts).toEqual([{ route: "robot-api", processQueryKey: "key-1" }]);
  });

  test("repeats a message that DingTalk was too busy for", async () => {
    const { reply, desk, clock } = openReplyDesk({ mode: "markdown" }, { fail: failing("message", busy, 2) });
    expect(await inTime(clock, reply.finish("answer"))).toMatchObject({ error: undefined, calls: 3 });
    expect(desk.sent).toHaveLength(1);
  });

  test("reports what did not arrive, without throwing and without the text in the log", async () => {
    const { reply, clock, log } = openReplyDesk({ mode: "markdown" }, { fail: failing("message", unsafe) });
    const outcome = await inTime(clock, reply.finish("secret answer"));
    expect(outcome).toMatchObject({ state: "FAILED", receipts: [], error: expect.any(ApiError) });
    expect(reply.state).toBe("FAILED");
    expect(log.lines).toEqual([expect.objectContaining({ level: "error" })]);
    expect(JSON.stringify(log.lines)).not.toContain("secret");
  });
});

test("refuses an interval that is none", () => {
  expect(() => openReplyDesk({ intervalMs: Number.NaN })).toThrow(/intervalMs/);
});
