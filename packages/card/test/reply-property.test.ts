import { ApiError, RateLimitError, TimeoutError } from "@dingtalk-kit/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { resolveCardTemplate } from "../src/template.ts";
import type { DeskCall } from "./card-desk.ts";
import { inTime, openReplyDesk } from "./reply-desk.ts";

const ORDER = ["NEW", "PROCESSING", "INPUTING", "FINISHED", "FAILED"];

const errors = {
  busy: () => new ApiError("busy", { status: 500, platformCode: "system.busy" }),
  throttled: () => new RateLimitError("slow", { status: 403, retryAfterMs: 1_500 }),
  timeout: () => new TimeoutError("late", { timeoutMs: 1_000, stage: "http" }),
  refused: () => new ApiError("no", { status: 400, platformCode: "param.contentUnsafe" }),
  bug: () => new TypeError("bug"),
};

const failure = fc.option(
  fc.record({
    error: fc.constantFrom(...Object.values(errors)),
    // A call that took effect although it failed: only time limits are like that.
    arrived: fc.boolean(),
  }),
  { freq: 3 },
);

const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 1_200 }),
  kind: fc.constantFrom("update", "update", "update", "note", "open"),
});

const life = fc.record({
  steps: fc.array(step, { maxLength: 25 }),
  failures: fc.array(failure, { maxLength: 30 }),
  latencyMs: fc.constantFrom(0, 30, 700),
  waitMs: fc.constantFrom(0, 0, 100, 2_500),
  intervalMs: fc.constantFrom(0, 300, 800),
  ending: fc.constantFrom("finish", "fail"),
  preset: fc.boolean(),
  forgetsGuids: fc.boolean(),
});

test("whatever fails and whenever: forward only, one end, one frame in flight, the final text is what is seen", async () => {
  await fc.assert(
    fc.asyncProperty(
      life,
      async ({ steps, failures, latencyMs, waitMs, intervalMs, ending, preset, forgetsGuids }) => {
        const fail = (call: DeskCall, index: number): { error: Error; arrived: boolean } | undefined => {
          const planned = failures[index];
          // The last resort works: that the network never comes back is another test.
          if (planned === undefined || planned === null || call.kind === "message") return undefined;
          const error = planned.error();
          return { error, arrived: planned.arrived && error instanceof TimeoutError };
        };
        const template = resolveCardTemplate(preset ? {} : { cardTemplateId: "0000.schema" });
        const { reply, desk, clock } = openReplyDesk(
          { template, intervalMs },
          { latencyMs, waitMs, fail, forgetsGuids },
        );
        const states: string[] = [reply.state];
        let text = "";
        for (const [at, { afterMs, kind }] of steps.entries()) {
          if (kind === "open") void reply.open();
          else if (kind === "note") reply.note(`note ${at}`);
          else reply.update((text += ` word${at}`));
          await clock.advance(afterMs);
          states.push(reply.state);
        }
        const outcome = await inTime(
          clock,
          ending === "finish" ? reply.finish(`${text} end`) : reply.fail("reason"),
        );
        states.push(reply.state);

        const ranks = states.map((state) => ORDER.indexOf(state));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        expect(states.filter((state) => state === "FINISHED" || state === "FAILED")).toHaveLength(1);
        expect(outcome.state).toBe(ending === "finish" ? "FINISHED" : "FAILED");
        expect(desk.mostInFlight).toBeLessThanOrEqual(1);
        expect(desk.violations).toEqual([]);
        expect(outcome.calls).toBe(desk.calls.length);
        expect(outcome.error).toBeUndefined();

        const seen =
          outcome.route === "card" ? desk.card.text : desk.sent.map((message) => message.text).join("");
        const partial = text === "" ? "reason" : `${text}\n\nreason`;
        expect(seen).toBe(ending === "finish" ? `${text} end` : partial);

        const before = desk.calls.length;
        await clock.advance(60_000);
        expect(desk.calls).toHaveLength(before);
        expect(clock.pending).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});
