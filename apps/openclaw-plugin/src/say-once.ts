import { redactText } from "@dingtalk-kit/protocol";
import type { LogFields } from "@dingtalk-kit/protocol";

/** One line in parts: what happened, the facts that this does not tell, and what to do about it. */
export interface SaidOnce {
  readonly message: string;
  readonly fields: LogFields;
  readonly next: string | undefined;
}

/** Say the message again in other words (`alert`), or hold the answer that its facts were read from (`payload`). */
const REPEATING_FIELDS: ReadonlySet<string> = new Set(["alert", "payload"]);

/** Shorter values may stand in a text by chance. */
const MIN_TELLING_CHARS = 8;

/**
 * The libraries' fields are for machines and repeat what the message tells people. This leaves each fact once, and the
 * next step, which they call `hint` or `next`, at the end.
 */
export function sayOnce(message: string, { hint, next = hint, ...facts }: LogFields): SaidOnce {
  const step = typeof next === "string" && next !== "" ? next : undefined;
  const what =
    step !== undefined && message.endsWith(step) ? message.slice(0, -step.length).trimEnd() : message;
  const isNews = ([name, value]: [string, unknown]): boolean =>
    !REPEATING_FIELDS.has(name) && !isTold(what, name, value) && !isPartOf(facts["cause"], name, value);
  return {
    message: what,
    fields: Object.fromEntries(Object.entries(facts).filter(isNews)),
    next: step === undefined ? undefined : redactText(step),
  };
}

/** Whether `message` has the fact as `name=value`, or, as a stage stands there, in brackets. */
function isTold(message: string, name: string, value: unknown): boolean {
  if (typeof value !== "string" && typeof value !== "number") return false;
  return `${message} `.includes(` ${name}=${value} `) || message.includes(`[${value}]`);
}

/** Whether an error's own words, in `cause`, hold the code or id that stands beside them. */
function isPartOf(cause: unknown, name: string, value: unknown): boolean {
  if (name === "cause" || typeof cause !== "string" || typeof value !== "string") return false;
  return value.length >= MIN_TELLING_CHARS && cause.includes(value);
}
