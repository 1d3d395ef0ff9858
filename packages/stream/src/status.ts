import type { DingTalkError } from "@dingtalk-kit/protocol";

/** What an observer may show about a connection. */
export interface StreamStatus {
  /**
   * `connecting`: registering or opening the socket. `connected`: frames can arrive. `retrying`: waiting for the next
   * attempt. `closed`: by its owner, for good.
   */
  readonly state: "connecting" | "connected" | "retrying" | "closed";
  /** Failures in a row so far; 0 after a minute of a stable connection. */
  readonly attempt: number;
  /** Why the last attempt or connection failed. Its message names stage, cause and next step. */
  readonly lastError: DingTalkError | undefined;
  /** When the present connection was opened. */
  readonly connectedAtMs: number | undefined;
  /** When anything arrived last: a frame, a ping or a pong. Never the time of something we sent. */
  readonly lastReceivedAtMs: number | undefined;
  /** Connections opened after the first one, rotations included. */
  readonly reconnects: number;
  /** Stands from `maxConnectionAttempts` failures in a row, or refused credentials, until the next connection. */
  readonly alert: string | undefined;
}

export const INITIAL_STATUS: StreamStatus = {
  state: "connecting",
  attempt: 0,
  lastError: undefined,
  connectedAtMs: undefined,
  lastReceivedAtMs: undefined,
  reconnects: 0,
  alert: undefined,
};
