import { ConnectionError, DingTalkError, TimeoutError } from "@dingtalk-kit/protocol";

import { reasonOf, tlsAdvice } from "./failure-reason.ts";
import type { NetLimits } from "./options.ts";

/** How far a connection attempt has come, for the stage of its errors. `proxy`: all that comes before the tunnel. */
export type DialPhase = "dns" | "tcp" | "tls" | "proxy";

/** One step of a connection attempt. */
export interface DialStep {
  readonly kind: "dns" | "tcp" | "tls" | "tunnel";
  readonly leg: "proxy" | "target";
  /** Who is to be reached, as errors name it. */
  readonly peer: string;
}

/** The limit that holds for a step. */
export const STEP_LIMITS: Readonly<Record<DialStep["kind"], keyof NetLimits>> = {
  dns: "dnsTimeoutMs",
  tcp: "tcpTimeoutMs",
  tls: "tlsTimeoutMs",
  tunnel: "proxyTimeoutMs",
};

const WANTED: Readonly<Record<DialStep["kind"], string>> = {
  dns: "address for",
  tcp: "connection to",
  tls: "TLS handshake with",
  tunnel: "tunnel through",
};

export function phaseOf({ kind, leg }: DialStep): DialPhase {
  return leg === "proxy" || kind === "tunnel" ? "proxy" : kind;
}

/** The phase as messages show it: `tls`, or `proxy, tls` on the way to a proxy. */
export function labelOf(step: DialStep): string {
  const phase = phaseOf(step);
  return phase === "proxy" && step.kind !== "tunnel" ? `proxy, ${step.kind}` : phase;
}

/** The error of a step that failed. */
export function stepFailure(step: DialStep, cause: unknown): DingTalkError {
  if (cause instanceof DingTalkError) return cause;
  const advice = step.kind === "tls" ? tlsAdvice(cause) : "";
  const message = `could not connect to ${step.peer} (${labelOf(step)}): ${reasonOf(cause)}${advice}`;
  return new ConnectionError(message, { stage: phaseOf(step), cause });
}

export interface StepTimeout {
  readonly timeoutMs: number;
  /** Reasons of the addresses that were given up before. */
  readonly tried: readonly string[];
}

/** The error of a step that took longer than its own limit. */
export function stepTimeout(step: DialStep, { timeoutMs, tried }: StepTimeout): TimeoutError {
  return timeoutOf(`no ${WANTED[step.kind]} ${step.peer}`, step, { timeoutMs, tried });
}

/** The error of an attempt that took longer than all of its steps may. */
export function attemptTimeout(authority: string, step: DialStep, limit: StepTimeout): TimeoutError {
  return timeoutOf(`no connection to ${authority}`, step, limit);
}

function timeoutOf(missing: string, step: DialStep, { timeoutMs, tried }: StepTimeout): TimeoutError {
  const reasons = tried.length === 0 ? "" : `: ${[...new Set(tried)].join("; ")}`;
  const message = `${missing} within ${timeoutMs} ms (${labelOf(step)})${reasons}`;
  return new TimeoutError(message, { timeoutMs, stage: phaseOf(step) });
}
