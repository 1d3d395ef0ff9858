import { expect, test } from "vitest";

import { splitMarkdown } from "../src/split-markdown.ts";
import { convertTables } from "../src/tables/convert-tables.ts";
import { createJournalDesk } from "./journal-desk.ts";
import { inTime, openReplyDesk } from "./reply-desk.ts";

const table = [
  "|a|b|",
  "|-|-|",
  ...Array.from({ length: 400 }, (_row, at) => `|${at}|${"值".repeat(at % 9)}|`),
].join("\n");

test("the last words are written down as they are shown: another process sends the same, whatever its settings", async () => {
  const disk = createJournalDesk();
  const first = openReplyDesk({ mode: "markdown", tables: "align", journal: disk.open() });
  await inTime(first.clock, first.reply.finish(table));
  const shown = convertTables(table, "align");
  expect(disk.stored.end).toEqual({ text: shown, state: "FINISHED" });
  const parts = first.desk.sent.map(({ text }) => text);
  expect(parts).toEqual(splitMarkdown(shown, { maxChars: 3_800, maxBytes: 14_000 }));
  expect(parts.length).toBeGreaterThan(1);

  const { end } = disk.stored;
  const cut = { outTrackId: undefined, end, messages: { whole: true, sent: 1, uncertain: false } };
  const journal = { ...disk.open(), earlier: cut };
  const second = openReplyDesk({ mode: "markdown", tables: "plain", journal });
  await inTime(second.clock, second.reply.finish(table));
  expect(second.desk.sent.map(({ text }) => text)).toEqual(parts.slice(1));
});

test("a failure shows the tables that there were, and then the reason", async () => {
  const { reply, desk, clock } = openReplyDesk({ tables: "plain" });
  reply.update("|a|b|\n|-|-|\n|1|2");
  await inTime(clock, reply.fail("Stopped."));
  expect(desk.card.text).toBe("- a: 1; b: 2\n\nStopped.");
});
