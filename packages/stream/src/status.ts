import type { DingTalkError } from "@dingtalk-kit/protocol";

/** A time without a connection. What DingTalk had to deliver then may be lost. */
export interface StreamGap {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly durationMs: number;
}

/** What an observer may show about a connection. */
export interface StreamStatus {
  /**
   * `connecting`: registering or opening a socket, with none at hand. `connected`: frames can arrive. `retrying`: waiting
   * for the next attempt. `closed`: by its owner, for good.
   */
  readonly state: "connecting" | "connected" | "retrying" | "closed";
  /** Failures in a row so far; 0 after a minute of a stable connection. */
  readonly attempt: number;
  /** Why the last attempt or connection failed. Its message names stage, cause and next step. */
  readonly lastError: DingTalkError | undefined;
  /** When the present connection was opened. */
  readonly connectedAtMs: number | undefined;
  /** When anything arrived last: a frame, a ping, a pong, or a part of one. Never the time of something we sent. */
  readonly lastReceivedAtMs: number | undefined;
  /** Connections opened after the first one, rotations included. */
  readonly reconnects: number;
  /** Stands from `maxConnectionAttempts` failures in a row, or refused credentials, until the next connection. */
  readonly alert: string | undefined;
  /** Since when there has been no connection; `undefined` while there is one. */
  readonly downSinceMs: number | undefined;
  /** The last 20 gaps, oldest first. A rotation leaves none: the new socket is up before the old one is let go. */
  readonly gaps: readonly StreamGap[];
}
