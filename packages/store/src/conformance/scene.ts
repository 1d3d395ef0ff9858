import assert from "node:assert/strict";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";

import type { ClaimedMessage, LaneMessage, LaneStore } from "@dingtalk-kit/protocol";
import type { Store } from "../store.ts";
import type { StoreCase, StoreLimits, StoreUnderTest } from "./store-under-test.ts";

/** What one case plays with. */
export interface Scene {
  readonly clock: ManualClock;
  /** Puts the store's clock on or back, without anything that waits taking notice. */
  readonly shiftClock: (byMs: number) => void;
  /** Opens the place of this case; closed at the end of the case if it is still open. */
  readonly open: (limits?: StoreLimits) => Promise<Store>;
}

export type Proof = (scene: Scene) => Promise<void>;

/** One case for each proof, with a place of its own. */
export function playAll(
  store: StoreUnderTest,
  proofs: Readonly<Record<string, Proof>>,
): readonly StoreCase[] {
  return Object.entries(proofs).map(([title, prove]) => ({
    title,
    async run() {
      await using stack = new AsyncDisposableStack();
      const place = stack.use(await store.createPlace());
      const clock = createManualClock();
      let shiftMs = 0;
      const shifted = { ...clock, nowMs: () => clock.nowMs() + shiftMs };
      await prove({
        clock,
        shiftClock: (byMs) => void (shiftMs += byMs),
        open: async (limits = {}) => stack.use(await store.open(place.name, limits, { clock: shifted })),
      });
    },
  }));
}

/** A message of the robot "robot"; its body is its id. */
export function message(lane: string, messageId: string): LaneMessage {
  return { robotCode: "robot", messageId, lane, body: { text: messageId } };
}

export async function append(
  lanes: LaneStore,
  lane: string,
  ...messageIds: readonly string[]
): Promise<void> {
  for (const messageId of messageIds) {
    assert.deepEqual(await lanes.append(message(lane, messageId)), { kind: "appended" });
  }
}

/** What can be claimed at once. */
export function claimNow(lanes: LaneStore, limit = 100): Promise<readonly ClaimedMessage[]> {
  return lanes.claim(limit, { wait: false });
}

export async function claimOne(lanes: LaneStore): Promise<ClaimedMessage> {
  const [claimed] = await claimNow(lanes, 1);
  assert.ok(claimed !== undefined, "nothing could be claimed");
  return claimed;
}

/** Claims and finishes until nothing is ready, and gives the ids in the order they were claimed. */
export async function finishAll(lanes: LaneStore): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const claimed = await claimNow(lanes);
    if (claimed.length === 0) return ids;
    ids.push(...claimed.map(({ messageId }) => messageId));
    await Promise.all(claimed.map((one) => lanes.finish(one)));
  }
}

export function idsOf(messages: readonly { readonly messageId: string }[]): readonly string[] {
  return messages.map(({ messageId }) => messageId);
}
