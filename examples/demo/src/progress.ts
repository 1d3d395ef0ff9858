import type { Output } from "./screen.ts";

/** Tells the person what the demo is doing while it starts. */
export interface Progress {
  /** A step is done, or a fact to know. */
  say(line: string): void;
  /** A step takes its time: repainted on a terminal, else a line every five seconds. */
  wait(what: string, elapsedMs: number): void;
}

const CLEAR_LINE = "\r\u001b[2K";

export function createProgress(output: Output): Progress {
  let waiting = false;
  let nextMs = 0;
  return {
    say(line) {
      output.write(`${waiting ? CLEAR_LINE : ""}${line}\n`);
      waiting = false;
      nextMs = 0;
    },
    wait(what, elapsedMs) {
      const line = `${what} (${Math.round(elapsedMs / 1000)} s)`;
      if (output.isTTY === true) {
        output.write(`${CLEAR_LINE}${line}`);
        waiting = true;
      } else if (elapsedMs >= nextMs) {
        output.write(`${line}\n`);
        nextMs = elapsedMs + 5000;
      }
    },
  };
}
