import { DecodeError, redactText } from "@dingtalk-kit/protocol";
import type { DingTalkError } from "@dingtalk-kit/protocol";
import type { PlatformObject } from "@dingtalk-kit/net";

import type { RegistrationOutcome } from "./device-registration.ts";

const MAX_REASON_CHARS = 300;

export interface VerdictLimits {
  readonly nowMs: () => number;
  readonly expiresAtMs: number;
  readonly doubtMs: number;
  readonly outageMs: number;
}

/** Reads one poll after the other. Each gives the outcome, or `undefined`: ask again. */
export interface Verdict {
  /** @throws DecodeError when DingTalk approved and told no credentials. */
  hear(answer: PlatformObject): RegistrationOutcome | undefined;
  /** A poll failed. @throws the same error once none worked for `outageMs`, or `doubtMs` when repeating is no use. */
  fail(error: DingTalkError): RegistrationOutcome | undefined;
}

/** A no is believed when DingTalk stays with it for a while; success is, at once. */
export function createVerdict({ nowMs, expiresAtMs, doubtMs, outageMs }: VerdictLimits): Verdict {
  let deniedSinceMs: number | undefined;
  let failingSinceMs: number | undefined;
  const isOver = (): boolean => nowMs() >= expiresAtMs;
  return {
    hear(answer) {
      failingSinceMs = undefined;
      const denial = denialIn(answer);
      if (denial === undefined) {
        deniedSinceMs = undefined;
        return approvalIn(answer) ?? (isOver() ? { kind: "expired" } : undefined);
      }
      deniedSinceMs ??= nowMs();
      return isOver() || nowMs() - deniedSinceMs >= doubtMs ? denial : undefined;
    },
    fail(error) {
      failingSinceMs ??= nowMs();
      if (isOver()) return { kind: "expired" };
      const patienceMs = error.retryable ? outageMs : Math.min(doubtMs, outageMs);
      if (nowMs() - failingSinceMs >= patienceMs) throw error;
      return undefined;
    },
  };
}

function denialIn({ status, fail_reason: reason }: PlatformObject): RegistrationOutcome | undefined {
  if (status === "EXPIRED") return { kind: "expired" };
  if (status !== "FAIL") return undefined;
  return { kind: "refused", reason: typeof reason === "string" ? oneLine(reason) : undefined };
}

/** It will be shown in a terminal. */
function oneLine(text: string): string | undefined {
  return (
    redactText(text)
      .replaceAll(/[\p{Cc}\s]+/gu, " ")
      .trim()
      .slice(0, MAX_REASON_CHARS) || undefined
  );
}

function approvalIn(answer: PlatformObject): RegistrationOutcome | undefined {
  const { status, client_id: clientId, client_secret: clientSecret } = answer;
  if (status !== "SUCCESS") return undefined;
  if (
    typeof clientId === "string" &&
    typeof clientSecret === "string" &&
    clientId !== "" &&
    clientSecret !== ""
  ) {
    return { kind: "approved", clientId, clientSecret };
  }
  throw new DecodeError("POST /app/registration/poll answered SUCCESS without client_id and client_secret");
}
