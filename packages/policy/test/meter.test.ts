import type { JsonValue } from "@dingtalk-kit/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decide } from "../src/decide.ts";
import type { Decision } from "../src/decision.ts";
import type { MessageFacts } from "../src/message-facts.ts";
import type { Meters } from "../src/meter.ts";
import { meter, meterKeys, recordSpending } from "../src/meter.ts";
import type { Policy } from "../src/policy.ts";
import { resolvePolicy } from "../src/resolve-policy.ts";
import { direct, inGroup } from "./facts.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Keeps the meters of everybody between messages, through JSON, as an app does. */
function createDesk(policy: Policy) {
  const resolved = resolvePolicy({ groupPolicy: "open", dmPolicy: "open", allowFrom: ["*"], ...policy });
  const kept = new Map<string, string>();
  const read = (key: string | undefined): JsonValue | undefined => {
    const text = key === undefined ? undefined : kept.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  };
  const metersOf = (facts: MessageFacts): Meters => {
    const keys = meterKeys(facts, "robot");
    return { sender: read(keys.sender), group: read(keys.group), botPair: read(keys.botPair) };
  };
  const keep = (facts: MessageFacts, next: object): void => {
    const keys = new Map<string, unknown>(Object.entries(meterKeys(facts, "robot")));
    for (const [name, value] of Object.entries(next)) kept.set(String(keys.get(name)), JSON.stringify(value));
  };
  return {
    kept,
    receive(facts: MessageFacts, nowMs: number): Decision {
      const decided = decide(resolved, facts);
      const metered = meter(resolved, facts, decided, { meters: metersOf(facts), nowMs });
      keep(facts, metered.meters);
      return metered.decision;
    },
    spend(facts: MessageFacts, amount: number, nowMs: number): void {
      keep(facts, recordSpending(resolved, facts, amount, { meters: metersOf(facts), nowMs }));
    },
  };
}

/** A message of another robot. */
const bot = (id = "robot2") => inGroup({ sender: { id, kind: "bot" } });

const loopPolicy = (botLoopProtection: Policy["botLoopProtection"]) => ({
  allowBots: true,
  botLoopProtection,
});

const from = (id: string) => ({ sender: { id } });

describe("messages", () => {
  const messages = { max: 3, perMs: MINUTE };

  test("a person may send so many at once, and then as fast as the allowance fills up", () => {
    const desk = createDesk({ limits: { sender: { messages } } });
    const kinds = [0, 0, 0, 0].map((nowMs) => desk.receive(direct(), nowMs).kind);
    expect(kinds).toEqual(["dispatch", "dispatch", "dispatch", "deny"]);
    expect(desk.receive(direct(), 5 * SECOND)).toEqual({
      kind: "deny",
      reason: "sender_rate_limited",
      retryAfterMs: 15 * SECOND,
    });
    expect(desk.receive(direct(), 20 * SECOND - 1).kind).toBe("deny");
    expect(desk.receive(direct(), 20 * SECOND).kind).toBe("dispatch");
    expect(desk.receive(direct(), 20 * SECOND).kind).toBe("deny");
  });

  test("each person has an allowance for themselves, in all conversations together", () => {
    const desk = createDesk({ limits: { sender: { messages: { max: 1, perMs: MINUTE } } } });
    expect(desk.receive(direct(from("ann")), 0).kind).toBe("dispatch");
    expect(desk.receive(direct(from("bob")), 0).kind).toBe("dispatch");
    expect(desk.receive(inGroup(from("ann")), 0).kind).toBe("deny");
  });

  test("a group has one for all its people, and what it refuses costs the person nothing", () => {
    const desk = createDesk({
      limits: { sender: { messages }, group: { messages: { max: 1, perMs: MINUTE } } },
    });
    expect(desk.receive(inGroup(from("ann")), 0).kind).toBe("dispatch");
    for (const _ of [1, 2, 3, 4])
      expect(desk.receive(inGroup(from("bob")), 0)).toMatchObject({ reason: "group_rate_limited" });
    const inDirect = [1, 2, 3].map(() => desk.receive(direct(from("bob")), 0).kind);
    expect(inDirect).toEqual(["dispatch", "dispatch", "dispatch"]);
  });

  test("commands are free, and what is refused anyway is not counted", () => {
    const desk = createDesk({ limits: { sender: { messages: { max: 1, perMs: MINUTE } } } });
    const stop = direct({ command: "control" });
    desk.receive(direct(), 0);
    expect(desk.receive(direct(), 0).kind).toBe("deny");
    expect(desk.receive(stop, 0).kind).toBe("dispatch");
    const silent = createDesk({ respondToPrivate: false, limits: { sender: { messages } } });
    silent.receive(direct(), 0);
    expect(silent.kept.size).toBe(0);
  });

  test("no limit means no end, and a limit of nothing lets nothing pass and names no time", () => {
    const free = createDesk({});
    expect(Array.from({ length: 100 }, () => free.receive(direct(), 0).kind)).not.toContain("deny");
    const shut = createDesk({ limits: { sender: { messages: { max: 0, perMs: MINUTE } } } });
    expect(shut.receive(direct(), 1e12)).toEqual({ kind: "deny", reason: "sender_rate_limited" });
    const poor = createDesk({ limits: { sender: { spend: { max: 0, perMs: MINUTE } } } });
    poor.spend(direct(), 1, 0);
    expect(poor.receive(direct(), 1)).toEqual({ kind: "deny", reason: "sender_spend_exhausted" });
    const slow = createDesk({ limits: { sender: { messages: { max: 1, perMs: MINUTE } } } });
    slow.receive(direct(), 0);
    expect(slow.receive(direct(), 0)).toMatchObject({ retryAfterMs: MINUTE });
  });

  test("in no stretch of time do more pass than the burst and what filled up meanwhile", () => {
    const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40_000 })), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 6 }), (gapsMs, max) => {
        const desk = createDesk({ limits: { sender: { messages: { max, perMs: MINUTE } } } });
        let nowMs = 0;
        const passedAtMs = gapsMs.flatMap((gapMs) => {
          nowMs += gapMs;
          return desk.receive(direct(), nowMs).kind === "dispatch" ? [nowMs] : [];
        });
        passedAtMs.forEach((startMs, first) => {
          passedAtMs.slice(first).forEach((endMs, index) => {
            expect(index + 1).toBeLessThanOrEqual(max + ((endMs - startMs) / MINUTE) * max + 1e-6);
          });
        });
        // And who keeps to the rate is never refused.
        expect(passedAtMs.length).toBeGreaterThanOrEqual(Math.min(max, gapsMs.length));
      }),
      { numRuns: 300, seed: 20_261_121 },
    );
  });
});

describe("spending", () => {
  const spend = { max: 100, perMs: MINUTE };

  test("what turns cost is added, until the window that began with the first has passed", () => {
    const desk = createDesk({ limits: { sender: { spend } } });
    expect(desk.receive(direct(), 0).kind).toBe("dispatch");
    desk.spend(direct(), 60, 10 * SECOND);
    expect(desk.receive(direct(), 20 * SECOND).kind).toBe("dispatch");
    desk.spend(direct(), 60, 20 * SECOND);
    expect(desk.receive(direct(), 30 * SECOND)).toEqual({
      kind: "deny",
      reason: "sender_spend_exhausted",
      retryAfterMs: 40 * SECOND,
    });
    expect(desk.receive(direct(), 70 * SECOND - 1).kind).toBe("deny");
    expect(desk.receive(direct(), 70 * SECOND).kind).toBe("dispatch");
  });

  test("in a group it is booked on the person and on the group", () => {
    const desk = createDesk({ limits: { sender: { spend }, group: { spend: { max: 150, perMs: MINUTE } } } });
    desk.spend(inGroup(from("ann")), 100, 0);
    expect(desk.receive(direct(from("ann")), 1)).toMatchObject({ reason: "sender_spend_exhausted" });
    expect(desk.receive(inGroup(from("bob")), 1).kind).toBe("dispatch");
    desk.spend(inGroup(from("bob")), 50, 2);
    expect(desk.receive(inGroup(from("eve")), 3)).toMatchObject({ reason: "group_spend_exhausted" });
    expect(desk.receive(direct(from("eve")), 3).kind).toBe("dispatch");
  });

  test("booking costs keeps the count of messages, and costs that are no number cost nothing", () => {
    const desk = createDesk({ limits: { sender: { spend, messages: { max: 1, perMs: MINUTE } } } });
    expect(desk.receive(direct(), 0).kind).toBe("dispatch");
    for (const amount of [Number.NaN, Number.POSITIVE_INFINITY, -500]) desk.spend(direct(), amount, 0);
    expect(desk.receive(direct(), 0)).toMatchObject({ reason: "sender_rate_limited" });
    expect(desk.receive(direct(), MINUTE).kind).toBe("dispatch");
  });
});

describe("odd states and clocks", () => {
  const policy = resolvePolicy({
    dmPolicy: "open",
    allowFrom: ["*"],
    limits: { sender: { messages: { max: 2, perMs: MINUTE }, spend: { max: 10, perMs: MINUTE } } },
  });
  const receive = (sender: JsonValue | undefined, nowMs: number) =>
    meter(policy, direct(), decide(policy, direct()), { meters: { sender }, nowMs });

  test("a meter that cannot be read refuses at first, and heals with time", () => {
    for (const garbage of [
      "x",
      5,
      [],
      { bucket: 5, window: null },
      { bucket: null, window: {} },
      { bucket: null, window: { startMs: 0 } },
    ]) {
      const first = receive(garbage, 0);
      expect(first.decision.kind).toBe("deny");
    }
    expect(
      receive({ bucket: { tokens: 0, atMs: 0 }, window: { spent: 10, startMs: 0 } }, MINUTE).decision.kind,
    ).toBe("dispatch");
  });

  test("half a bucket is read as an empty one, which fills up", () => {
    const { decision } = receive({ bucket: { tokens: 5 }, window: null }, 0);
    expect(decision).toMatchObject({ reason: "sender_rate_limited", retryAfterMs: MINUTE / 2 });
  });

  test("a clock that is put back neither fills an allowance nor shuts it for longer than its time", () => {
    const empty = { bucket: { tokens: 0, atMs: 100 * MINUTE }, window: null };
    expect(receive(empty, 0).decision).toMatchObject({ retryAfterMs: MINUTE / 2 });
    const spent = { bucket: null, window: { spent: 10, startMs: 100 * MINUTE } };
    expect(receive(spent, 0).decision).toMatchObject({ retryAfterMs: MINUTE });
  });
});

describe("robots that answer each other", () => {
  test("are kept apart for the cooldown when they exchange more than the window allows", () => {
    const desk = createDesk(loopPolicy({ maxEventsPerWindow: 3, windowSeconds: 10, cooldownSeconds: 30 }));
    const kinds = [1, 2, 3, 4, 5].map((second) => desk.receive(bot(), second * SECOND).kind);
    expect(kinds).toEqual(["dispatch", "dispatch", "dispatch", "skip", "skip"]);
    const burst = createDesk(loopPolicy({ maxEventsPerWindow: 1 }));
    expect([5, 5, 5].map((nowMs) => burst.receive(bot(), nowMs).kind)).toEqual(["dispatch", "skip", "skip"]);
    expect(desk.receive(bot(), 34 * SECOND - 1)).toEqual({ kind: "skip", reason: "bot_loop" });
    expect(desk.receive(bot(), 34 * SECOND).kind).toBe("dispatch");
  });

  test("go on as long as they stay under it: the window slides", () => {
    const desk = createDesk(loopPolicy({ maxEventsPerWindow: 2, windowSeconds: 10 }));
    const kinds = Array.from({ length: 50 }, (_, index) => desk.receive(bot(), index * 5 * SECOND).kind);
    expect(kinds).not.toContain("skip");
  });

  test("are counted pair by pair and conversation by conversation, and commands do not get around it", () => {
    const desk = createDesk(loopPolicy({ maxEventsPerWindow: 1 }));
    expect(desk.receive(bot(), 0).kind).toBe("dispatch");
    expect(desk.receive(bot("robot3"), 0).kind).toBe("dispatch");
    expect(desk.receive({ ...bot(), conversation: { type: "group", id: "cid2" } }, 0).kind).toBe("dispatch");
    expect(desk.receive({ ...bot(), command: "control" }, 0).kind).toBe("skip");
    expect(meterKeys(bot("a"), "b").botPair).toBe(meterKeys(bot("b"), "a").botPair);
    expect(desk.receive(inGroup(), 0).kind).toBe("dispatch");
  });

  test("go on for ever when the protection is switched off; an unreadable count begins anew", () => {
    const desk = createDesk(loopPolicy({ enabled: false, maxEventsPerWindow: 1 }));
    expect(Array.from({ length: 30 }, () => desk.receive(bot(), 0).kind)).not.toContain("skip");
    const resolved = resolvePolicy({ groupPolicy: "open", allowBots: true });
    for (const botPair of ["x", { eventsAtMs: "x", pausedAtMs: "y" }, []]) {
      const { decision } = meter(resolved, bot(), decide(resolved, bot()), { meters: { botPair }, nowMs: 0 });
      expect(decision.kind).toBe("dispatch");
    }
  });
});
