import {
  ApiError,
  AuthError,
  ConnectionError,
  PermissionError,
  RateLimitError,
  TimeoutError,
} from "@dingtalk-kit/protocol";
import type { DingTalkError, LogFields } from "@dingtalk-kit/protocol";

import { nextStep } from "./next-step.ts";

export type ConnectStage = "connect.open" | "connect.websocket";

export interface FailedConnect {
  readonly stage: ConnectStage;
  readonly error: DingTalkError;
  /** Host or socket address, without a ticket. */
  readonly endpoint: string;
  /** DingTalk's answer without secrets. */
  readonly payload: unknown;
}

/** One failed attempt or lost connection, ready for people. */
export interface ConnectFailure {
  /** What failed, in words that a log line can begin with. */
  readonly title: string;
  /** Same class as the cause; its message names stage, endpoint, what DingTalk said, and the next step. */
  readonly error: DingTalkError;
  /** The same facts, one by one. */
  readonly fields: LogFields;
  /** Repeating it soon cannot help: the credentials are wrong. */
  readonly fatal: boolean;
  /** DingTalk cannot be reached or is down: nothing is wrong with the request. */
  readonly outage: boolean;
}

const CONNECT_TITLE = "Failed to establish connection";
const LOST_TITLE = "Lost the connection to DingTalk";

function facts(failed: FailedConnect): Record<string, string | number> {
  const { error, endpoint } = failed;
  if (!(error instanceof ApiError)) return { endpoint, reason: error.message };
  const { status, platformCode: code, platformMessage: message, requestId } = error;
  return {
    endpoint,
    status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(requestId === undefined ? {} : { requestId }),
    // Without a code of DingTalk's own, the error says what came instead.
    ...(code === undefined ? { reason: error.message } : {}),
  };
}

function renamed(error: DingTalkError, message: string, stage: ConnectStage): DingTalkError {
  const cause = error;
  if (error instanceof TimeoutError)
    return new TimeoutError(message, { stage, timeoutMs: error.timeoutMs, cause });
  if (!(error instanceof ApiError)) return new ConnectionError(message, { stage, cause });
  const { status, platformCode, platformMessage, requestId } = error;
  const answer = { status, platformCode, platformMessage, requestId, stage, cause };
  if (error instanceof AuthError) return new AuthError(message, answer);
  if (error instanceof RateLimitError) {
    return new RateLimitError(message, { ...answer, retryAfterMs: error.retryAfterMs });
  }
  if (error instanceof PermissionError) {
    return new PermissionError(message, { ...answer, requiredScopes: error.requiredScopes });
  }
  return new ApiError(message, answer);
}

/** Puts one line together from what failed where: stage, endpoint, what DingTalk said, what to do about it. */
export function describeFailure(failed: FailedConnect): ConnectFailure {
  const { stage, error, payload } = failed;
  const known = facts(failed);
  const words = Object.entries(known).map(([name, value]) => `${name}=${value}`);
  const hint = nextStep(stage, error);
  const message = `[DingTalk][ConnectionError][${stage}] ${words.join(" ")} ${hint}`;
  return {
    title: CONNECT_TITLE,
    error: renamed(error, message, stage),
    fields: { stage, ...known, ...(payload === undefined ? {} : { payload }), hint },
    fatal: error instanceof AuthError && stage === "connect.open",
    outage: stage === "connect.open" && (!(error instanceof ApiError) || error.status >= 500),
  };
}

function broken(message: string, fields: LogFields): ConnectFailure {
  const stage = "connect.websocket";
  const error = new ConnectionError(message, { stage });
  return { title: LOST_TITLE, error, fields: { stage, ...fields }, fatal: false, outage: false };
}

/** A socket that was closed, by DingTalk or by something in between. */
export function lostConnection(code: number, reason: string): ConnectFailure {
  return broken(`connection lost: code ${code}, ${reason}`, { code, reason });
}

/** A socket that looks open and is not. */
export function deadConnection(silentMs: number): ConnectFailure {
  const seconds = Math.round(silentMs / 1000);
  return broken(`connection dead: nothing received for ${seconds} s, two pings unanswered`, { silentMs });
}
