import { encodeAck } from "@dingtalk-kit/protocol";
import type { Frame, Inbound, Ports } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { attemptConnection } from "./attempt.ts";
import type { Connection } from "./connection.ts";
import { createConnectionSet } from "./connection-set.ts";
import { createInbound, readBody } from "./frame-inbound.ts";
import type { SendAck } from "./frame-inbound.ts";
import type { ResolvedStreamOptions } from "./options.ts";
import { createRetries } from "./retries.ts";
import { createStatusBoard } from "./status-board.ts";
import type { StreamStatus } from "./status.ts";

export interface SupervisorDeps {
  readonly net: Net;
  readonly ports: Ports;
  readonly closing: AbortSignal;
  deliver(inbound: Inbound): void;
}

/** Keeps one connection open, and during a change-over a second one. */
export interface Supervisor {
  readonly status: StreamStatus;
  /** Resolves when `closing` fires. Rejects only for a fault of ours. */
  run(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Closes every connection that is open. */
  close(): Promise<void>;
}

export function createSupervisor(options: ResolvedStreamOptions, deps: SupervisorDeps): Supervisor {
  const { closing, ports } = deps;
  const { clock, log } = ports;
  const board = createStatusBoard(options.onStatus, log);
  const retries = createRetries(options, board, ports);
  const connections = createConnectionSet();
  const subscribed = new Set(options.subscriptions.map(({ topic }) => topic));
  let current: Connection | undefined;
  let connects = 0;

  const handlers = {
    onFrame(frame: Frame, send: SendAck): void {
      const body = readBody(frame, subscribed);
      if (body !== undefined) {
        deps.deliver(createInbound({ frame, body, send, receivedAtMs: clock.nowMs() }));
        return;
      }
      log.debug("frame of an unknown topic refused", { type: frame.type, topic: frame.topic });
      send(encodeAck(frame, { code: 404, message: "no handler for this topic", data: {} }));
    },
    onAlive: () => board.set({ lastReceivedAtMs: current?.lastReceivedAtMs }),
  };

  const adopt = (connection: Connection, endpoint: string): void => {
    current = connection;
    connections.add(connection);
    retries.connected();
    const reconnects = connects;
    connects += 1;
    log.info("connected to DingTalk", { endpoint, reconnects });
    const { lastReceivedAtMs } = connection;
    const connectedAtMs = clock.nowMs();
    board.set({ state: "connected", connectedAtMs, lastReceivedAtMs, reconnects, alert: undefined });
  };

  /** One connection, from the attempt to its end. @returns the delay before the next. */
  const live = async (): Promise<number> => {
    board.set({ state: "connecting", connectedAtMs: undefined });
    const attempt = await attemptConnection(options, { net: deps.net, ports, handlers, signal: closing });
    if (!attempt.ok) return retries.afterFailure(attempt.failure);
    const { connection } = attempt;
    adopt(connection, attempt.endpoint);
    const openedAtMs = clock.nowMs();
    // Closing may have missed a connection that had just come up: `run` closes it.
    closing.throwIfAborted();
    const end = await connection.ended;
    closing.throwIfAborted();
    if (end.kind === "rotated") connection.retire();
    return retries.afterEnd(end, clock.nowMs() - openedAtMs);
  };

  const run = async (): Promise<void> => {
    try {
      for (;;) {
        closing.throwIfAborted();
        const delayMs = await live();
        if (delayMs > 0) await clock.sleep(delayMs, closing);
      }
    } catch (error) {
      if (!closing.aborted) throw error;
    } finally {
      await connections.close();
    }
  };

  return {
    get status() {
      const lastReceivedAtMs = current?.lastReceivedAtMs;
      return { ...board.status, lastReceivedAtMs };
    },
    run,
    pause: () => connections.pause(),
    resume: () => connections.resume(),
    async close() {
      await connections.close();
      board.set({ state: "closed", connectedAtMs: undefined });
    },
  };
}
