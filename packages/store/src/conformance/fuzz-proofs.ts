import assert from "node:assert/strict";

import type { ClaimedMessage, LaneStore } from "@dingtalk-kit/protocol";
import { seededRandom } from "./random.ts";
import { finishAll, message } from "./scene.ts";
import type { Proof } from "./scene.ts";

const [LANES, MESSAGES, STEPS, WORKERS] = [7, 40, 120, 4];
const SEEDS = [1, 2, 3];

/**
 * Appends, claims and ends in random order from several sides at once: a lane with something to do that nobody would be
 * told of shows at the end.
 */
export const fuzzProofs: Readonly<Record<string, Proof>> = Object.fromEntries(
  SEEDS.map((seed) => [
    `forgets no lane, whatever happens at once (seed ${seed})`,
    proveNothingForgotten(seed),
  ]),
);

function proveNothingForgotten(seed: number): Proof {
  return async ({ open, clock }) => {
    const { lanes, inbox } = await open({ maxAttempts: 1_000 });
    const random = seededRandom(seed);
    const order = new Map<string, string[]>();
    const started = (messageId: string): void => {
      const lane = messageId.split("/")[0] ?? "";
      const ids = order.get(lane) ?? [];
      if (ids.at(-1) !== messageId) ids.push(messageId);
      order.set(lane, ids);
    };
    const appending = Array.from({ length: LANES * MESSAGES }, (_, index) =>
      message(`lane${index % LANES}`, `${index % LANES}/${Math.floor(index / LANES)}`),
    );
    const work = Array.from({ length: WORKERS }, async () => {
      for (let step = 0; step < STEPS; step += 1) {
        await Promise.all(appending.splice(0, Math.floor(random() * 4)).map((one) => lanes.append(one)));
        for (const one of await lanes.claim(1 + Math.floor(random() * 3), { wait: false })) {
          started(one.messageId);
          await endSomehow(lanes, one, random());
        }
      }
    });
    await Promise.all(work);
    await Promise.all(appending.map((one) => lanes.append(one)));
    await clock.advance(10_000);
    for (const messageId of await finishAll(lanes)) started(messageId);
    const { waiting, running, done, lanes: left } = await inbox.counts();
    assert.deepEqual(
      { waiting, running, done, left },
      { waiting: 0, running: 0, done: LANES * MESSAGES, left: 0 },
    );
    for (const [lane, ids] of order) {
      const expected = Array.from({ length: MESSAGES }, (_, index) => `${lane}/${index}`);
      assert.deepEqual(ids, expected, `lane ${lane} went out of order`);
    }
  };
}

async function endSomehow(lanes: LaneStore, one: ClaimedMessage, chance: number): Promise<void> {
  if (chance < 0.6) await lanes.finish(one);
  else if (chance < 0.75) await lanes.retry(one, { reason: "failed", delayMs: 0 });
  else if (chance < 0.9) await lanes.retry(one, { reason: "failed", delayMs: 5_000 });
  else await lanes.release(one);
}
