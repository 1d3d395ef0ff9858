import { expect, test } from "vitest";

import { createTurnReply } from "../src/turn-reply.ts";
import type { TurnReply } from "../src/turn-reply.ts";
import { createRecordingReply } from "./recording-reply.ts";

function open(live = true, cardFromBefore = false): { turn: TurnReply; calls: string[] } {
  const calls: string[] = [];
  const growing = createRecordingReply("card", calls);
  const plain = createRecordingReply("plain", calls);
  return {
    turn: createTurnReply({ growing, plain, live, cardFromBefore, language: "en", onSign: () => undefined }),
    calls,
  };
}

test("shows partial texts in the card and ends with the final one [S2-74]", async () => {
  const { turn, calls } = open();
  turn.events.onAgentRunStart?.("run");
  await turn.events.onAssistantMessageStart?.();
  await turn.events.onPartialReply?.({ text: "Hel" });
  await turn.events.onPartialReply?.({ text: "Hello" });
  const { visibleReplySent, finalization } = turn.deliver({ text: "Hello!" }, "final");
  await turn.settle();
  expect(visibleReplySent).toBe(true);
  expect(await finalization).toMatchObject({
    visibleReplySent: true,
    content: "Hello!",
    messageIds: ["track-1"],
  });
  expect(calls).toEqual(["card open", "card update Hel", "card update Hello", "card finish Hello!"]);
});

test("keeps earlier messages in sight while tools run in between", async () => {
  const { turn, calls } = open();
  turn.events.onAgentRunStart?.("run");
  await turn.events.onAssistantMessageStart?.();
  await turn.events.onPartialReply?.({ text: "Let me look." });
  await turn.events.onToolStart?.({ name: "exec", phase: "start" });
  await turn.events.onAssistantMessageStart?.();
  await turn.events.onPartialReply?.({ text: "It is 3." });
  expect(calls.slice(2)).toEqual(["card note 🔧 exec", "card update Let me look.\n\nIt is 3."]);
});

test("shows a reasoning model at work, then its single final", async () => {
  const { turn, calls } = open();
  turn.events.onAgentRunStart?.("run");
  await turn.events.onReasoningStream?.({ text: "secret thoughts" });
  turn.deliver({ text: "42" }, "final");
  await turn.settle();
  expect(calls).toEqual(["card open", "card note 💭 Thinking…", "card finish 42"]);
});

test("answers commands, which run no agent, without a card", async () => {
  const { turn, calls } = open();
  turn.deliver({ text: "✅ New session started." }, "final");
  await turn.settle();
  expect(calls).toEqual(["plain finish ✅ New session started."]);
});

test("joins several finals and names files instead of sending paths", async () => {
  const { turn, calls } = open();
  turn.events.onAgentRunStart?.("run");
  turn.deliver({ text: "One" }, "final");
  turn.deliver({ text: "Two", mediaUrls: ["/home/me/private/chart.png"] }, "final");
  await turn.settle();
  expect(calls.at(-1)).toBe(
    "card finish One\n\nTwo\n\n[attachment chart.png: sending files is not supported yet]",
  );
});

test("keeps reasoning and commentary payloads to itself", async () => {
  const { turn } = open();
  expect(turn.deliver({ text: "hm", isReasoning: true }, "block")).toEqual({ visibleReplySent: false });
  expect(turn.deliver({ text: "hm", isCommentary: true }, "block")).toEqual({ visibleReplySent: false });
});

test("ends with what was shown, or with other words, when no final comes", async () => {
  const shown = open();
  shown.turn.events.onAgentRunStart?.("run");
  await shown.turn.events.onPartialReply?.({ text: "half an ans" });
  await shown.turn.settle();
  await shown.turn.close("nothing came");
  expect(shown.calls.at(-1)).toBe("card finish half an ans");

  const blank = open();
  blank.turn.events.onAgentRunStart?.("run");
  await blank.turn.close("nothing came");
  expect(blank.calls.at(-1)).toBe("card finish nothing came");
});

test("fails at once when stopped and drops what the agent still says", async () => {
  const { turn, calls } = open();
  turn.events.onAgentRunStart?.("run");
  await turn.events.onPartialReply?.({ text: "word0 word1" });
  await turn.fail("Stopped.");
  expect(turn.deliver({ text: "late" }, "final")).toEqual({ visibleReplySent: false });
  await turn.settle();
  await turn.close("");
  expect(calls.filter((call) => /finish|fail/.test(call))).toEqual(["card fail Stopped."]);
});

test("says nothing for an answer that went elsewhere, unless a card is open", async () => {
  const silent = open(false);
  silent.turn.events.onAgentRunStart?.("run");
  await silent.turn.closeQuietly("Answered elsewhere.");
  expect(silent.calls.some((call) => call.includes("finish"))).toBe(false);

  const card = open();
  card.turn.events.onAgentRunStart?.("run");
  await card.turn.closeQuietly("Answered elsewhere.");
  expect(card.calls.at(-1)).toBe("card finish Answered elsewhere.");
});

test("may be tried again until the host has told something", async () => {
  const { turn } = open();
  expect(turn.touched).toBe(false);
  turn.events.onAgentRunStart?.("run");
  expect(turn.touched).toBe(true);
});

test("says nothing when a message is taken back before anything was shown, and ends what was", async () => {
  const quiet = open();
  await quiet.turn.withdraw("Taken back.");
  expect(quiet.calls).toEqual([]);
  const shown = open();
  shown.turn.events.onAgentRunStart?.("run");
  await shown.turn.withdraw("Taken back.");
  expect(shown.calls).toEqual(["card open", "card fail Taken back."]);
  const fromBefore = open(true, true);
  await fromBefore.turn.withdraw("Taken back.");
  expect(fromBefore.calls).toEqual(["plain fail Taken back."]);
});

test("leaves the card as it is when the process ends, and what was ending to its end", async () => {
  const cut = open();
  cut.turn.events.onAgentRunStart?.("run");
  expect(await cut.turn.leave()).toBeUndefined();
  await cut.turn.events.onPartialReply?.({ text: "too late" });
  cut.turn.deliver({ text: "too late" }, "final");
  await cut.turn.settle();
  expect(cut.calls).toEqual(["card open"]);
  const ending = open();
  ending.turn.deliver({ text: "done" }, "final");
  await ending.turn.settle();
  expect(await ending.turn.leave()).toMatchObject({ state: "FINISHED" });
});

test("takes the host's word that it restarts for no answer", () => {
  const { turn } = open();
  const notice = "⚠️ Gateway is restarting. Please wait a few seconds and try again.";
  expect(turn.deliver({ text: notice }, "final")).toEqual({ visibleReplySent: false });
  expect(turn.hostRestarts).toBe(true);
  expect(turn.isEmpty).toBe(true);
});
