import type { JsonValue } from "@dingtalk-kit/protocol";
import type { Decision, MessageFacts, Policy } from "@dingtalk-kit/policy";
import { decide, meter, resolvePolicy } from "@dingtalk-kit/policy";
import * as fc from "fast-check";
import { recordChannelBotPairLoopAndCheckSuppression } from "openclaw/plugin-sdk/channel-inbound";
import { expect, test } from "vitest";

const message: MessageFacts = {
  conversation: { type: "group", id: "cidTeam==" },
  sender: { id: "robot2", kind: "bot", paired: false },
  mentionsRobot: true,
  mentionsAnybody: true,
  mentionsEverybody: false,
  command: "none",
  text: "hello",
};

/** A desk of ours that receives the messages of one other robot. */
function createDesk(botLoopProtection: Policy["botLoopProtection"]): (nowMs: number) => Decision {
  const policy = resolvePolicy({ groupPolicy: "open", allowBots: true, botLoopProtection });
  let botPair: JsonValue | undefined;
  return (nowMs) => {
    const { decision, meters } = meter(policy, message, decide(policy, message), {
      meters: { botPair },
      nowMs,
    });
    botPair = JSON.parse(JSON.stringify(meters.botPair));
    return decision;
  };
}

test("two robots are kept apart when OpenClaw would, and let talk when it would", () => {
  const counts = { suppressed: 0, passed: 0 };
  let scope = 0;
  const config = fc.record({
    enabled: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
    maxEventsPerWindow: fc.integer({ min: 1, max: 6 }),
    windowSeconds: fc.integer({ min: 1, max: 20 }),
    cooldownSeconds: fc.integer({ min: 1, max: 20 }),
  });
  // Gaps that meet the edges of windows and cooldowns, to the millisecond.
  const gapMs = fc.oneof(
    fc.integer({ min: 0, max: 4_000 }),
    fc.integer({ min: 0, max: 10 }).map((seconds) => seconds * 1_000),
    fc.constantFrom(1, 999, 1_001),
  );
  fc.assert(
    fc.property(config, fc.array(gapMs, { maxLength: 40 }), (botLoopProtection, gapsMs) => {
      scope += 1;
      const receive = createDesk(botLoopProtection);
      let nowMs = 1_795_000_000_000;
      for (const gap of gapsMs) {
        nowMs += gap;
        const host = recordChannelBotPairLoopAndCheckSuppression({
          scopeId: `account-${scope}`,
          conversationId: message.conversation.id,
          senderId: "robot2",
          receiverId: "robot1",
          config: botLoopProtection,
          defaultEnabled: true,
          nowMs,
        });
        counts[host.suppressed ? "suppressed" : "passed"] += 1;
        expect(receive(nowMs).kind).toBe(host.suppressed ? "skip" : "dispatch");
      }
    }),
    { numRuns: 1_000, seed: 20_261_121 },
  );
  console.log(`bot loops: ${counts.passed} messages passed, ${counts.suppressed} suppressed, 0 differences`);
  expect(Math.min(counts.passed, counts.suppressed)).toBeGreaterThan(1_000);
});
