import type { Reply } from "@dingtalk-kit/card";
import { expect, test } from "vitest";

import { createTurnReply } from "../src/turn-reply.ts";
import type { TurnReply, TurnReplyOptions } from "../src/turn-reply.ts";
import { createRecordingReply } from "./recording-reply.ts";

/** Cards are there once `delivered` is. */
function open(options: Partial<TurnReplyOptions> & { readonly delivered?: Promise<void> } = {}): {
  readonly turn: TurnReply;
  readonly calls: string[];
} {
  const { delivered, ...more } = options;
  const calls: string[] = [];
  const plain = createRecordingReply("plain", calls);
  const card = createRecordingReply("card", calls);
  const growing: Reply = {
    ...card,
    get state() {
      return card.state;
    },
    async open() {
      if (delivered !== undefined) await delivered;
      await card.open();
    },
  };
  const settings = { growing, plain, live: true, language: "en", onSign: () => undefined } as const;
  return { turn: createTurnReply({ ...settings, ...more }), calls };
}

test("takes the host's own answers into a card that was opened at once", async () => {
  const { turn, calls } = open({ openAtOnce: true });
  expect(calls).toEqual(["card open"]);
  expect(turn.touched).toBe(false);
  turn.deliver({ text: "✅ New session started." }, "final");
  await turn.settle();
  expect(calls).toEqual(["card open", "card finish ✅ New session started."]);
});

test("closes a card that is still on its way when nobody wants the answer any more", async () => {
  for (const how of ["closeQuietly", "withdraw"] as const) {
    const arrived = Promise.withResolvers<void>();
    const { turn, calls } = open({ openAtOnce: true, delivered: arrived.promise });
    const ended = turn[how]("Nothing to say.");
    expect(calls).toEqual([]);
    arrived.resolve();
    await ended;
    expect(calls).toEqual(["card open", expect.stringMatching(/^card (finish|fail) Nothing to say\.$/)]);
  }
});

test("tells how far people see the answer", async () => {
  const { turn } = open();
  expect(turn.visible).toBe("nothing");
  turn.events.onAgentRunStart?.("run");
  expect(turn.visible).toBe("card");
  await turn.events.onPartialReply?.({ text: "half" });
  expect(turn.visible).toBe("text");
  turn.deliver({ text: "whole" }, "final");
  expect(turn.visible).toBe("end");
  const failed = open();
  await failed.turn.fail("Stopped.");
  expect(failed.turn.visible).toBe("end");
  const messages = open({ live: false });
  messages.turn.events.onAgentRunStart?.("run");
  await messages.turn.events.onPartialReply?.({ text: "half" });
  expect(messages.turn.visible).toBe("nothing");
});

test("shows a note in the card that an earlier process has left", () => {
  const { turn, calls } = open({ cardFromBefore: true });
  expect(turn.visible).toBe("card");
  turn.noteInCard("Takes longer.");
  expect(calls).toEqual(["card open", "card note Takes longer."]);
});
