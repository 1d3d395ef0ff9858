import net from "node:net";
import tls from "node:tls";

import { ConnectionError, TimeoutError } from "@dingtalk-kit/protocol";
import type { Clock } from "@dingtalk-kit/protocol";

import { reasonOf } from "./failure-reason.ts";

/** How far a connection attempt has come. */
export type DialPhase = "dns" | "tcp" | "tls";

export interface DialTarget {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

export type DialResult = [error: null, socket: net.Socket] | [error: Error, socket: null];

/** Opens TCP and TLS connections for HTTPS calls and for WebSockets alike. Disposing drops every attempt under way. */
export interface Dialer extends Disposable {
  /** Calls `done` exactly once. Disposing the attempt drops it; `done` then gets `reason`. */
  dial(target: DialTarget, done: (...result: DialResult) => void): DialAttempt;
  /** Phase of an attempt under way to `host:port`, for the text of a time-out. */
  phaseOf(authority: string): DialPhase | undefined;
}

export interface DialAttempt {
  abort(reason: Error): void;
}

interface Attempt extends DialAttempt {
  readonly authority: string;
  readonly phase: DialPhase;
}

// Node's own default is 250 ms per address, which a healthy but distant host misses.
const ADDRESS_ATTEMPT_MS = 1_500;

function connect(target: DialTarget): net.Socket {
  const address = {
    host: target.host,
    port: target.port,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
  };
  if (!target.secure) return net.connect(address);
  const servername = net.isIP(target.host) === 0 ? target.host : "";
  return tls.connect({ ...address, servername, ALPNProtocols: ["http/1.1"] });
}

/** @param timeoutMs - limit of one attempt, name lookup and TLS handshake included. */
export function createDialer(clock: Clock, timeoutMs: number): Dialer {
  const attempts = new Set<Attempt>();
  return {
    dial(target, done) {
      const authority = `${target.host}:${target.port}`;
      let phase: DialPhase = net.isIP(target.host) === 0 ? "dns" : "tcp";
      const socket = connect(target);
      const settle = (...result: DialResult): void => {
        if (!attempts.delete(attempt)) return;
        limit[Symbol.dispose]();
        if (result[1] === null) socket.destroy();
        done(...result);
      };
      const attempt: Attempt = {
        authority,
        get phase() {
          return phase;
        },
        abort: (reason) => settle(reason, null),
      };
      attempts.add(attempt);
      const limit = clock.after(timeoutMs, () => {
        const message = `no connection to ${authority} within ${timeoutMs} ms (${phase})`;
        settle(new TimeoutError(message, { timeoutMs, stage: phase }), null);
      });
      socket.setNoDelay(true).setKeepAlive(true, 60_000);
      socket
        .once("lookup", (error) => {
          if (!error) phase = "tcp";
        })
        .once("connect", () => {
          phase = "tls";
          if (!target.secure) settle(null, socket);
        })
        .once("secureConnect", () => settle(null, socket))
        // Stays for good: between here and its next owner the socket must not crash the process.
        .on("error", (cause) => {
          const message = `could not connect to ${authority} (${phase}): ${reasonOf(cause)}`;
          settle(new ConnectionError(message, { stage: phase, cause }), null);
        });
      return attempt;
    },
    phaseOf: (authority) => [...attempts].find((attempt) => attempt.authority === authority)?.phase,
    [Symbol.dispose]() {
      for (const attempt of attempts) {
        attempt.abort(
          new ConnectionError(`connection to ${attempt.authority} dropped`, { stage: attempt.phase }),
        );
      }
    },
  };
}
