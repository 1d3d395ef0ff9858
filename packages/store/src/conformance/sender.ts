import type { Order } from "./child-lines.ts";

/**
 * Plays DingTalk: the next message of a conversation goes out when the last one was acknowledged; some go out twice;
 * after a crash all that was not acknowledged goes out again.
 */
export interface Sender {
  /** Sends what goes first, or again after a crash. */
  sendAll(): void;
  acked(messageId: string): void;
  readonly ackedCount: number;
  readonly unackedCount: number;
  readonly resent: number;
  readonly duplicates: number;
}

export interface SenderOptions {
  readonly lanes: number;
  readonly perLane: number;
  readonly duplicateShare: number;
  readonly random: () => number;
}

export function createSender(options: SenderOptions, send: (order: Order) => void): Sender {
  const unacked = new Map<string, Order>();
  let [ackedCount, resent, duplicates, started] = [0, 0, 0, false];
  const sendNew = (lane: string, index: number): void => {
    const order = { lane, index, messageId: `${lane}/${index}` };
    unacked.set(order.messageId, order);
    send(order);
  };
  return {
    sendAll() {
      resent += unacked.size;
      for (const order of unacked.values()) send(order);
      if (started) return;
      started = true;
      for (let lane = 0; lane < options.lanes; lane += 1) sendNew(`lane${lane}`, 0);
    },
    acked(messageId) {
      const order = unacked.get(messageId);
      if (order === undefined) return;
      unacked.delete(messageId);
      ackedCount += 1;
      if (options.random() < options.duplicateShare) {
        duplicates += 1;
        send(order);
      }
      if (order.index + 1 < options.perLane) sendNew(order.lane, order.index + 1);
    },
    get ackedCount() {
      return ackedCount;
    },
    get unackedCount() {
      return unacked.size;
    },
    get resent() {
      return resent;
    },
    get duplicates() {
      return duplicates;
    },
  };
}
