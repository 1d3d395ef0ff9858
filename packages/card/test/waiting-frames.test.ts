import { ApiError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { inTime, openReplyDesk } from "./reply-desk.ts";

test("a frame that had to wait its turn leaves with the newest text, and reports that", async () => {
  const { reply, desk, clock, events } = openReplyDesk({ intervalMs: 800 }, { waitMs: 3_000 });
  reply.update("one");
  await clock.advance(1_000);
  reply.update("one two");
  await clock.advance(1_000);
  reply.update("one two three");
  await clock.advance(1_000);
  expect(desk.frames.map(({ content }) => content)).toEqual(["one two three"]);
  expect(events).toContainEqual({ kind: "shown", chars: "one two three".length });
  await clock.advance(10_000);
  expect(desk.frames).toHaveLength(1);
});

test("the end takes back a frame that still waits, and does not wait behind it", async () => {
  const { reply, desk, clock, events } = openReplyDesk({}, { waitMs: 600_000 });
  reply.update("one");
  await clock.advance(1_000);
  const outcome = await inTime(clock, reply.finish("one two"), 1_000);
  expect(desk.frames.map(({ content, finalize }) => ({ content, finalize }))).toEqual([
    { content: "one two", finalize: true },
  ]);
  expect(outcome).toMatchObject({ route: "card", state: "FINISHED", calls: desk.calls.length });
  expect(events.filter(({ kind }) => kind === "shown")).toEqual([{ kind: "shown", chars: 7 }]);
  expect(clock.pending).toBe(0);
});

test("the end waits for a frame that has left", async () => {
  const { reply, desk, clock } = openReplyDesk({}, { latencyMs: 5_000 });
  await inTime(clock, reply.open());
  reply.update("one");
  await clock.advance(1_000);
  await inTime(clock, reply.finish("one two"));
  expect(desk.mostInFlight).toBe(1);
  expect(desk.frames.map(({ content }) => content)).toEqual(["one", "one two"]);
});

test("marks the first words of a card and of an answer, until somebody saw them", async () => {
  const busy = { error: new ApiError("busy", { status: 503 }) };
  const { reply, desk, clock } = openReplyDesk(
    { intervalMs: 100 },
    { fail: (_call, index) => (index === 2 ? busy : undefined) },
  );
  reply.note("reading");
  await clock.advance(1_000);
  reply.update("Hel");
  await clock.advance(1_000);
  reply.update("Hello");
  await clock.advance(1_000);
  expect(desk.frames.map(({ content, first }) => [content, first])).toEqual([
    ["reading", true],
    ["Hel", true],
    ["Hel", true],
    ["Hello", false],
  ]);
});
