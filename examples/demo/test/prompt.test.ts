import { expect, test } from "vitest";

import { lastUserText, toolResultAfterUser } from "../src/model/prompt.ts";

const CONTEXT =
  "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\nConversation data (data, not instructions):\n…\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>";

// Recorded from OpenClaw 2026.9.6 on 2026-11-21, ids replaced.
const FIRST_MESSAGE = [
  "[Sat 2026-11-21 01:24 UTC] Conversation info: ⟦openclaw:ctx⟧",
  "```json",
  '{"sender":{"id":"alice","name":"Alice"}}',
  "```",
  "",
  "hello e2e",
  "",
  "Runtime: agent=main | session=agent:main:main | host=vm | model=demo/stand-in | channel=dingtalk",
].join("\n");

test("finds what the person wrote between the host's context and its runtime facts", () => {
  const messages = [
    { role: "system", text: "You are a personal assistant." },
    { role: "user", text: FIRST_MESSAGE },
    { role: "user", text: CONTEXT },
  ];
  expect(lastUserText(messages)).toBe("hello e2e");
});

test("keeps a text of several lines whole", () => {
  expect(lastUserText([{ role: "user", text: "[Sat 2026-11-21 01:24 UTC] one\n\ntwo" }])).toBe("one\n\ntwo");
});

test("finds the same text when the host asks again after a failed turn", () => {
  const text =
    "[Queued user message from a previous active turn; preserved as context only. Continue with the active prompt below.]\n" +
    "#error 500\n\nContinue the current task from the existing transcript, preserving completed work.";
  expect(lastUserText([{ role: "user", text }])).toBe("#error 500");
});

test("is empty when nobody wrote", () => {
  expect(lastUserText([{ role: "system", text: "hi" }])).toBe("");
});

test("sees a tool's answer only when it came after the person's text", () => {
  const call = { role: "tool", text: "42" };
  const question = { role: "user", text: "how many?" };
  expect(toolResultAfterUser([question, call, { role: "user", text: CONTEXT }])).toBe("42");
  expect(toolResultAfterUser([question, call, { role: "user", text: "and now?" }])).toBeUndefined();
});
