import type { ClaimedMessage, MessageKey } from "@dingtalk-kit/protocol";

import { startTurn } from "./run-turn.ts";
import type { RunContext, RunningTurn } from "./run-turn.ts";
import { turnKey } from "./turn-record.ts";
import type { StopReason } from "./turn.ts";

/** The turns that run now, in as many slots as there are. */
export interface RunningTurns {
  /** Without those that took no slot. */
  readonly size: number;
  readonly freeSlots: number;
  /** Resolves as soon as there is a free slot. */
  slotFree(): Promise<void>;
  readonly start: (claimed: ClaimedMessage) => void;
  /** Starts a turn beside the slots. */
  readonly startUrgent: (claimed: ClaimedMessage) => void;
  inLane(lane: string): RunningTurn | undefined;
  find(key: MessageKey): RunningTurn | undefined;
  interruptAll(reason: StopReason): void;
  /** Resolves when all that run now have ended. */
  ended(): Promise<void>;
}

export function createRunningTurns(slots: number, context: RunContext): RunningTurns {
  const running = new Map<string, RunningTurn>();
  const urgent = new Map<string, RunningTurn>();
  let free = Promise.withResolvers<void>();

  const track = async (claimed: ClaimedMessage, among: Map<string, RunningTurn>): Promise<void> => {
    const turn = startTurn(claimed, context);
    const key = turnKey(claimed);
    among.set(key, turn);
    await turn.ended;
    among.delete(key);
    free.resolve();
  };
  const all = (): readonly RunningTurn[] => [...running.values(), ...urgent.values()];

  return {
    get size() {
      return running.size;
    },
    get freeSlots() {
      return slots - running.size;
    },
    async slotFree() {
      while (running.size >= slots) {
        free = Promise.withResolvers();
        await free.promise;
      }
    },
    start: (claimed) => void track(claimed, running),
    startUrgent: (claimed) => void track(claimed, urgent),
    inLane: (lane) => [...running.values()].find(({ claimed }) => claimed.lane === lane),
    find: (key) => running.get(turnKey(key)),
    interruptAll(reason) {
      for (const turn of all()) turn.interrupt(reason);
    },
    async ended() {
      await Promise.all(all().map((turn) => turn.ended));
    },
  };
}
