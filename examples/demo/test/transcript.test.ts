import { expect, test } from "vitest";

import { formatTranscript, isAnswered, transcriptJson, type Transcript } from "../src/transcript.ts";

const transcript: Transcript = {
  said: { text: "hello", atMs: 1000 },
  kind: "card",
  state: "FINISHED",
  text: "Hi **there**.",
  history: [
    { atMs: 1400, state: "PROCESSING", text: "" },
    { atMs: 2500, state: "INPUTING", text: "Hi" },
    { atMs: 4000, state: "FINISHED", text: "Hi **there**." },
  ],
};

test("shows each state with the time since the message, then the answer", () => {
  expect(formatTranscript(transcript).split("\n")).toEqual([
    "You:   hello",
    "",
    "   0.00 s  sent",
    "   0.40 s  PROCESSING",
    "   1.50 s  INPUTING       2 chars  Hi",
    "   3.00 s  FINISHED      13 chars  Hi **there**.",
    "",
    "Robot: (card, FINISHED, 3.00 s)",
    "",
    "  Hi **there**.",
  ]);
});

test("gives programs the same as JSON", () => {
  const json: unknown = JSON.parse(transcriptJson(transcript));
  expect(json).toMatchObject({
    said: "hello",
    state: "FINISHED",
    states: [{ afterMs: 400, state: "PROCESSING" }, { afterMs: 1500 }, { afterMs: 3000, state: "FINISHED" }],
  });
});

test("counts a finished card and any message as an answer, a failed card not", () => {
  expect(isAnswered(transcript)).toBe(true);
  expect(isAnswered({ ...transcript, state: "FAILED" })).toBe(false);
  expect(isAnswered({ ...transcript, kind: "message", state: "SENT" })).toBe(true);
});
