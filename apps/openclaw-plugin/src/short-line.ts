import { cutAtWord } from "@dingtalk-kit/protocol";

/** Longest line of a status or an alert: it is read in a terminal, or in a chat. */
export const LINE_CHARS = 300;

const NEXT = " Next: ";
const IN_THE_LOG = "see the gateway's log for the rest of this line";

/** One line of what happened and what to do about it. The step stays whole, what happened is cut at a word. */
export function lineWithStep(what: string, next: string): string {
  const step = `${NEXT}${next}`;
  return `${cutAtWord(what, LINE_CHARS - step.length)}${step}`;
}

/** The same of a line that is there already. */
export function shortLine(line: string): string {
  if (line.length <= LINE_CHARS) return line;
  const at = line.lastIndexOf(NEXT);
  const next = line.slice(at + NEXT.length);
  const keepsStep = at >= 0 && next.length <= LINE_CHARS / 2;
  return keepsStep ? lineWithStep(line.slice(0, at), next) : lineWithStep(line, IN_THE_LOG);
}
