import type { FaultSpec } from "dingtalk-simulator";

import { createRandom } from "./random.ts";

/** What happens, and when: the same for the same seed. */
export type ChaosEvent =
  | { readonly atMs: number; readonly kind: "say"; readonly from: string; readonly text: string }
  | { readonly atMs: number; readonly kind: "stop"; readonly from: string }
  /** The latest message of this person is taken back. */
  | { readonly atMs: number; readonly kind: "recall"; readonly from: string }
  | { readonly atMs: number; readonly kind: "fault"; readonly spec: FaultSpec }
  | { readonly atMs: number; readonly kind: "kill" | "restart" };

const PEOPLE = 12;
/** The host suppresses channels after three unclean boots in five minutes. */
const BETWEEN_KILLS_MS = 170_000;
const BETWEEN_RESTARTS_MS = 240_000;
const MEAN_SAY_MS = 1_500;
const MEAN_FAULT_MS = 6_000;

type Draw = (low: number, high: number) => number;

/** Every kind of fault but a spent quota, which is an answer of its own. */
const FAULTS: readonly ((draw: Draw) => FaultSpec)[] = [
  () => ({ kind: "frame.drop" }),
  (draw) => ({ kind: "frame.delay", delayMs: draw(200, 4_000) }),
  (draw) => ({ kind: "frame.duplicate", count: draw(1, 3), delayMs: draw(0, 2_000) }),
  () => ({ kind: "frame.reorder" }),
  () => ({ kind: "ack.drop" }),
  (draw) => ({ kind: "ack.delay", delayMs: draw(200, 5_000) }),
  () => ({ kind: "ack.duplicate" }),
  () => ({ kind: "ack.reorder" }),
  (draw) => ({ kind: "message.redeliver", delayMs: draw(500, 8_000), newFrameId: draw(0, 1) === 1 }),
  () => ({ kind: "socket.disconnect", when: "now" }),
  (draw) => ({ kind: "socket.disconnect", when: "now", everyMs: draw(300, 1_500) }),
  (draw) => ({ kind: "socket.half-open", when: "now", routeForMs: draw(2_000, 20_000) }),
  () => ({ kind: "socket.reset", when: "push" }),
  () => ({ kind: "socket.close", when: "push" }),
  (draw) => ({ kind: "handshake.slow", delayMs: draw(200, 3_000) }),
  () => ({ kind: "handshake.hang" }),
  () => ({ kind: "handshake.refuse" }),
  () => ({ kind: "call.answer", status: 503 }),
  () => ({ kind: "call.answer", status: 503, performed: true }),
  () => ({ kind: "call.answer", status: 502, body: "<html><body>Bad Gateway</body></html>" }),
  () => ({ kind: "call.answer", status: 401, where: { path: "/v1.0/gateway/connections/open" } }),
  (draw) => ({ kind: "call.slow", delayMs: draw(500, 6_000) }),
  () => ({ kind: "call.hang" }),
  () => ({ kind: "call.hang", performed: true }),
  () => ({ kind: "call.reset" }),
  () => ({ kind: "call.reset", performed: true }),
  (draw) => ({ kind: "call.throttle", limit: draw(0, 5) }),
  (draw) => ({ kind: "call.expired-token", status: draw(0, 1) === 1 ? 401 : 400, times: 1 }),
];

/** Plans `forMs` milliseconds. Messages have numbers, so that their answers are known by them. */
export function planChaos(seed: number, forMs: number): readonly ChaosEvent[] {
  const random = createRandom(seed);
  const draw: Draw = (low, high) => low + Math.floor(random() * (high - low + 1));
  const events: ChaosEvent[] = [];
  let number = 0;
  for (let atMs = 0; atMs < forMs; atMs += draw(0, MEAN_SAY_MS * 2)) {
    const from = `p${draw(1, PEOPLE)}`;
    const dice = random();
    if (dice < 0.04) events.push({ atMs, kind: "stop", from });
    else if (dice < 0.08) events.push({ atMs, kind: "recall", from });
    else events.push({ atMs, kind: "say", from, text: `question ${(number += 1)} please` });
  }
  for (let atMs = draw(0, MEAN_FAULT_MS); atMs < forMs; atMs += draw(MEAN_FAULT_MS / 2, MEAN_FAULT_MS * 2)) {
    const make = FAULTS[draw(0, FAULTS.length - 1)];
    if (make === undefined) continue;
    const spec = { probability: draw(2, 8) / 10, forMs: draw(1_000, 15_000), ...make(draw) };
    events.push({ atMs, kind: "fault", spec });
  }
  for (let atMs = 60_000; atMs < forMs - 30_000; atMs += BETWEEN_KILLS_MS) {
    events.push({ atMs: atMs + draw(0, 10_000), kind: "kill" });
  }
  for (let atMs = 140_000; atMs < forMs - 30_000; atMs += BETWEEN_RESTARTS_MS) {
    events.push({ atMs: atMs + draw(0, 10_000), kind: "restart" });
  }
  return events.toSorted((a, b) => a.atMs - b.atMs);
}
