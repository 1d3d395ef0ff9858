import { ConnectionError } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import type { ConnectFailure } from "./connect-failure.ts";
import type { ConnectionEnd } from "./connection.ts";
import { alertText, createFailureLog } from "./failure-log.ts";
import { NO_FAILURES, STABLE_AFTER_MS, afterConnection, afterFailure } from "./reconnect.ts";
import type { ReconnectOptions } from "./reconnect.ts";
import type { StatusBoard } from "./status-board.ts";

/** Decides when to try again, and says why. */
export interface Retries {
  /** @returns the delay before the next attempt, in milliseconds. */
  afterFailure(failure: ConnectFailure): number;
  /** The same after a connection that stood for `livedMs`. */
  afterEnd(end: ConnectionEnd, livedMs: number): number;
  connected(): void;
}

function lostFailure(end: Extract<ConnectionEnd, { kind: "lost" }>): ConnectFailure {
  const stage = "connect.websocket";
  const error = new ConnectionError(`connection lost: code ${end.code}, ${end.reason}`, { stage });
  return { error, fields: { stage, code: end.code, reason: end.reason }, fatal: false };
}

export function createRetries(options: ReconnectOptions, board: StatusBoard, ports: Ports): Retries {
  const log = createFailureLog(ports.log);
  let streak = NO_FAILURES;

  const fail = (failure: ConnectFailure): number => {
    const retry = afterFailure(streak, failure.fatal, options, ports.random());
    streak = retry.streak;
    log.write(failure, retry);
    const alert = retry.alert ? alertText(failure, retry) : board.status.alert;
    board.set({ state: "retrying", attempt: streak.failures, lastError: failure.error, alert });
    return retry.delayMs;
  };

  const rotate = (reason: string, livedMs: number): number => {
    ports.log.info("DingTalk asks for a new connection", { reason });
    if (livedMs >= STABLE_AFTER_MS) return 0;
    // A connection that is rotated away as soon as it stands is no success: the second one in a row waits.
    const retry = afterFailure(streak, false, options, ports.random());
    const first = streak.failures === 0;
    streak = { ...retry.streak, alerted: streak.alerted };
    return first ? 0 : retry.delayMs;
  };

  return {
    afterFailure: fail,
    afterEnd(end, livedMs) {
      streak = afterConnection(streak, livedMs);
      return end.kind === "lost" ? fail(lostFailure(end)) : rotate(end.reason, livedMs);
    },
    connected: () => log.reset(),
  };
}
