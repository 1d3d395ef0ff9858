import { PermissionError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { resolveCardTemplate } from "../src/template.ts";
import { failing } from "./card-desk.ts";
import { createJournalDesk } from "./journal-desk.ts";
import { inTime, openReplyDesk } from "./reply-desk.ts";

const template = resolveCardTemplate({ cardTemplateId: "0000.schema" });
const below = (calls: number): string => `${calls} calls`;

test("a line stands below the answer in its card, and knows all calls but those after the last frame", async () => {
  const { reply, desk, clock } = openReplyDesk({ template });
  reply.update("one");
  await clock.advance(1_000);
  reply.update("one two");
  await clock.advance(1_000);
  const { calls } = await inTime(clock, reply.finish("one two three", below));
  expect(desk.card.text).toBe("one two three\n\n4 calls");
  expect(calls).toBe(4);
});

test("a frame that is taken back for the end is no call", async () => {
  const { reply, desk, clock } = openReplyDesk({ template }, { waitMs: 5_000 });
  await reply.open();
  reply.update("one");
  await clock.advance(100);
  const { calls } = await inTime(clock, reply.finish("one two", below));
  expect(desk.card.text).toBe("one two\n\n2 calls");
  expect(calls).toBe(2);
});

test("the line belongs to the last words: another process shows them unchanged", async () => {
  const disk = createJournalDesk();
  const first = openReplyDesk({ template, journal: disk.open() });
  await inTime(first.clock, first.reply.finish("done", below));
  expect(disk.stored.end).toEqual({ text: "done\n\n2 calls", state: "FINISHED" });
  expect(disk.writes).toEqual(["opening", "ending FINISHED"]);
  const second = openReplyDesk({ template, journal: disk.open() });
  await inTime(
    second.clock,
    second.reply.finish("done", () => "another line"),
  );
  expect(second.desk.card.text).toBe("done\n\n2 calls");
});

test("there is none in messages, whether they were wanted or the card was refused", async () => {
  const refused = failing("deliver", () => new PermissionError("no", { status: 403 }));
  for (const [options, desk] of [
    [{ mode: "markdown" }, {}],
    [{ mode: "card" }, { fail: refused }],
    [{ mode: "card" }, { fail: failing("frame", () => new PermissionError("no", { status: 403 })) }],
  ] as const) {
    const open = openReplyDesk({ ...options, template }, desk);
    open.reply.update("do");
    await open.clock.advance(100);
    await inTime(open.clock, open.reply.finish("done", below));
    expect(open.desk.sent.map(({ text }) => text)).toEqual(["done"]);
  }
});

test("there is none below a failure, nor where the model returned nothing", async () => {
  const empty = openReplyDesk({ template, language: "en" });
  await inTime(empty.clock, empty.reply.finish(" ", below));
  expect(empty.desk.card.text).toBe("The model returned no text. Please rephrase and try again.");
  const blank = openReplyDesk({ template });
  blank.reply.update("all there is");
  await inTime(blank.clock, blank.reply.finish("", below));
  expect(blank.desk.card.text).toMatch(/^all there is\n\n\d calls$/);
});

test("it closes a code block that the answer leaves open", async () => {
  const { reply, desk, clock } = openReplyDesk({ template });
  await inTime(clock, reply.finish("```ts\nlet a;", below));
  expect(desk.card.text).toBe("```ts\nlet a;\n```\n\n2 calls");
});

test("below a long answer it ends the last message; it makes none of its own", async () => {
  const long = openReplyDesk({ template });
  await inTime(long.clock, long.reply.finish("word ".repeat(1_000), below));
  expect(long.desk.card.text).not.toContain("calls");
  expect(long.desk.sent.map(({ text }) => text.endsWith("word \n\n2 calls"))).toEqual([true]);
  const full = openReplyDesk({ template });
  const { receipts } = await inTime(full.clock, full.reply.finish("x".repeat(3_000), below));
  expect(full.desk.card.text).toBe("x".repeat(3_000));
  expect(receipts).toEqual([]);
});

test("a line that cannot be made, or is blank, costs nothing", async () => {
  for (const made of [
    () => {
      throw new Error("no");
    },
    () => undefined,
    () => " ",
  ]) {
    const { reply, desk, clock } = openReplyDesk({ template });
    await inTime(clock, reply.finish("done", made));
    expect(desk.card).toMatchObject({ state: "FINISHED", text: "done" });
  }
});
