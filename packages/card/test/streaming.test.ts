import { expect, test } from "vitest";

import { resolveCardTemplate } from "../src/template.ts";
import { inTime, openReplyDesk } from "./reply-desk.ts";

const template = resolveCardTemplate({ cardTemplateId: "0000.schema" });

test.for([
  ["all", ["思考中…", "🔧 exec", "one", "one two"]],
  ["answer", ["思考中…", "one", "one two"]],
  ["off", ["思考中…", "one two"]],
] as const)("streaming %s: a card shows that much before the end", async ([streaming, shown]) => {
  const { reply, desk, clock } = openReplyDesk({ template, streaming });
  await reply.open();
  reply.note("🔧 exec");
  await clock.advance(1_000);
  reply.update("one");
  await clock.advance(1_000);
  const outcome = await inTime(clock, reply.finish("one two"));
  expect(desk.card.history.map(({ text }) => text)).toEqual(shown);
  expect(outcome).toMatchObject({ route: "card", state: "FINISHED", calls: shown.length });
});

test("streaming off: what was collected stands in a blank end and in a failure", async () => {
  for (const [ending, text] of [
    ["finish", "one"],
    ["fail", "one\n\nStopped."],
  ] as const) {
    const { reply, desk, clock } = openReplyDesk({ template, streaming: "off" });
    await reply.open();
    reply.update("one");
    await inTime(clock, reply[ending](ending === "fail" ? "Stopped." : ""));
    expect(desk.card.text).toBe(text);
  }
});
