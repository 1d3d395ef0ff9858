import { ApiError, DecodeError, redactText } from "@dingtalk-kit/protocol";
import type { Stage } from "@dingtalk-kit/protocol";

const SAMPLE_CHARS = 120;

export interface AnswerContext {
  readonly status: number;
  /** Method, host and path. */
  readonly name: string;
  readonly stage: Stage | undefined;
}

/** A short, redacted, one-line excerpt of a body that should have been JSON. */
export function sampleOf(text: string): string {
  const line = text
    .slice(0, 4 * SAMPLE_CHARS)
    .replace(/\s+/g, " ")
    .trim();
  return redactText(line).slice(0, SAMPLE_CHARS);
}

function kindOf(text: string): string {
  if (text.trim() === "") return "empty";
  if (/^\s*<\?xml/i.test(text)) return "not JSON (XML?)";
  return /^\s*</.test(text) ? "not JSON (HTML?)" : "not JSON";
}

/** @throws ApiError for a failed call, DecodeError for a successful one, when `text` is not JSON. */
export function parseJsonAnswer(text: string, { status, name, stage }: AnswerContext): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const sample = sampleOf(text);
    const message = `${name} answered HTTP ${status}, ${kindOf(text)}: ${sample}`;
    if (status >= 400) throw new ApiError(message, { status, stage, cause });
    throw new DecodeError(message, { sample, cause });
  }
}
