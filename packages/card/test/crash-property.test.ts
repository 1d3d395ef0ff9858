import { ApiError, PermissionError } from "@dingtalk-kit/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { ReplyOutcome } from "../src/reply.ts";
import { resolveCardTemplate } from "../src/template.ts";
import { TEXTS } from "../src/texts.ts";
import type { DeskCall } from "./card-desk.ts";
import { type CrashDesk, openCrashDesk } from "./crash-desk.ts";
import type { Cut } from "./mortal.ts";

const troubles = {
  none: () => undefined,
  "card refused": ({ kind }: DeskCall) =>
    kind === "deliver" ? new PermissionError("no", { status: 403 }) : undefined,
  "wrong variable": ({ kind }: DeskCall) =>
    kind === "frame" ? new ApiError("unknown", { status: 500, platformCode: "unknownError" }) : undefined,
  "small card": (call: DeskCall) =>
    call.kind === "frame" && call.content.length > 1_000
      ? new ApiError("large", { status: 400, platformCode: "param.stream.content" })
      : undefined,
};

const someCut = fc.record({ call: fc.nat({ max: 15 }), effect: fc.boolean() });

const someLife = fc.record({
  mode: fc.constantFrom("card", "card", "markdown"),
  preset: fc.boolean(),
  pausesMs: fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 3 }),
  paragraphs: fc.constantFrom(1, 100, 300),
  ending: fc.constantFrom("finish", "fail"),
  trouble: fc.constantFrom("none", "none", "card refused", "wrong variable", "small card"),
  usedCards: fc.constantFrom("refuse", "ignore"),
  route: fc.constantFrom("robot-api", "session-webhook"),
  repeatUncertain: fc.boolean(),
  lineBelow: fc.boolean(),
  secondCut: fc.option(someCut, { nil: undefined }),
});

type Life = typeof someLife extends fc.Arbitrary<infer T> ? T : never;

const answerOf = ({ paragraphs }: Life): string =>
  Array.from({ length: paragraphs }, (_item, at) => `第${at}段：${"内容".repeat(20)}`).join("\n\n");

const openDesk = ({ trouble, usedCards, route }: Life): CrashDesk =>
  openCrashDesk({
    usedCards,
    route,
    fail(call) {
      const error = troubles[trouble](call);
      return error && { error };
    },
  });

/** Below a card, where somebody wants to know. */
const LINE = "§below§";

/** One process: it answers, or shows the last words of the one before. @returns `undefined` when it dies. */
async function answer(
  { disk, start, clock }: CrashDesk,
  life: Life,
  cut?: Cut,
): Promise<ReplyOutcome | undefined> {
  const { mode, preset, repeatUncertain } = life;
  const template = resolveCardTemplate(preset ? {} : { cardTemplateId: "0000.schema" });
  const { reply, run } = start({ mode, template, repeatUncertain, cut });
  const text = answerOf(life);
  const work = async (): Promise<ReplyOutcome> => {
    if (disk.stored.end !== undefined) return reply.finish("other words");
    for (const [at, pauseMs] of life.pausesMs.entries()) {
      reply.update(text.slice(0, Math.ceil((text.length * (at + 1)) / life.pausesMs.length)));
      await clock.sleep(pauseMs);
    }
    if (life.ending === "fail") return reply.fail("reason");
    return reply.finish(text, life.lineBelow ? () => LINE : undefined);
  };
  return run(work());
}

function expectedText(life: Life): string {
  if (life.ending === "finish") return answerOf(life);
  return life.pausesMs.length === 0 ? "reason" : `${answerOf(life)}\n\nreason`;
}

/** What the person reads, without white space, and without our own sentences: in a card that was given up, below one. */
function readable({ desk }: CrashDesk): string {
  const [card] = desk.shown.values();
  const isGivenUp = card === undefined || card.text === TEXTS.zh.elsewhere;
  const texts = new Map(desk.sent.map(({ idempotencyId, text }) => [idempotencyId, text]));
  const read = bare([isGivenUp ? "" : card.text, ...texts.values()].join(""));
  expect(read.indexOf(LINE)).toBe(read.lastIndexOf(LINE));
  return read.replace(LINE, "");
}

const bare = (text: string): string => text.replaceAll(/\s/g, "");

/** Whether `text` is `whole` without some of its characters. */
function isPartOf(text: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (text[at] === character) at += 1;
  return at === text.length;
}

/** What one message holds. */
const MESSAGE_CHARS = 3_800;

interface Result {
  readonly outcome: ReplyOutcome;
  readonly crashes: number;
}

function check(crash: CrashDesk, life: Life, result: Result): void {
  const { desk } = crash;
  const { outcome, crashes } = result;
  expect(desk.shown.size).toBeLessThanOrEqual(1);
  for (const { state } of desk.shown.values()) expect(["FINISHED", "FAILED"]).toContain(state);
  expect(outcome).toMatchObject({
    state: life.ending === "finish" ? "FINISHED" : "FAILED",
    error: undefined,
  });

  const repeats = desk.sent.length - new Set(desk.sent.map(({ idempotencyId }) => idempotencyId)).size;
  expect(repeats).toBeLessThanOrEqual(crashes === 1 ? outcome.repeated : crashes);
  expect(outcome.repeated).toBeLessThanOrEqual(1);
  expect(outcome.uncertain).toBeLessThanOrEqual(1);
  if (!life.repeatUncertain) expect(repeats).toBe(0);
  if (life.repeatUncertain) expect(outcome.uncertain).toBe(0);

  const missing = crashes === 1 ? outcome.uncertain : life.repeatUncertain ? 0 : crashes;
  const whole = bare(expectedText(life));
  const read = readable(crash);
  expect(whole.length - read.length).toBeLessThanOrEqual(missing * MESSAGE_CHARS);
  expect(isPartOf(read, whole)).toBe(true);
}

/** Before and after each call of a port or the journal. */
function cutsOf({ desk, disk }: CrashDesk): readonly Cut[] {
  const calls = Array.from({ length: desk.calls.length + disk.writes.length }, (_item, call) => call);
  return calls.flatMap((call) => [true, false].map((effect) => ({ call, effect })));
}

test("whichever call a process dies at: one card, closed; the whole text; no message twice but one that is told", async () => {
  let crashesSeen = 0;
  await fc.assert(
    fc.asyncProperty(someLife, async (life) => {
      const undisturbed = openDesk(life);
      const best = await answer(undisturbed, life);
      expect(best).toMatchObject({ repeated: 0, uncertain: 0 });
      for (const cut of cutsOf(undisturbed)) {
        const crash = openDesk(life);
        expect(await answer(crash, life, cut)).toBeUndefined();
        crashesSeen += 1;
        const second = await answer(crash, life, life.secondCut);
        const outcome = second ?? (await answer(crash, life));
        if (outcome === undefined) throw new Error("the last process died");
        // A card that was closed and one whose variable is wrong refuse the same way.
        if (life.trouble !== "wrong variable") expect(outcome.route).toBe(best?.route);
        check(crash, life, { outcome, crashes: second === undefined ? 2 : 1 });
      }
    }),
    { numRuns: 60 },
  );
  expect(crashesSeen).toBeGreaterThan(500);
});
