import type { ReplyState } from "./transcript.ts";
import { wrap } from "./text-width.ts";

/** Where output goes: a terminal, a pipe or a test. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Shows one reply while it grows. */
export interface ReplyView {
  show(state: Pick<ReplyState, "state" | "text">): void;
}

/** On a terminal the reply is painted over itself; elsewhere each change is a line of its own. */
export function createReplyView(output: Output): ReplyView {
  return output.isTTY === true ? createPaintedView(output) : createPlainView(output);
}

function createPaintedView(output: Output): ReplyView {
  let painted = 0;
  return {
    show({ state, text }) {
      const columns = Math.max(20, (output.columns ?? 80) - 1);
      const body = wrap(text, columns - 2).map((line) => `│ ${line}`);
      // What has scrolled off the screen cannot be painted over: keep to one screenful while it grows.
      const room = Math.max(3, (output.rows ?? 24) - 4);
      const grows = state === "PROCESSING" || state === "INPUTING";
      const shown = grows && body.length > room ? body.slice(-room) : body;
      const lines = [`┌ robot · ${state}`, ...shown, "└"];
      const backUp = painted > 0 ? `\r\u001b[${painted}A\u001b[0J` : "";
      output.write(`${backUp}${lines.join("\n")}\n`);
      painted = lines.length;
    },
  };
}

function createPlainView(output: Output): ReplyView {
  let before = "";
  let known = "";
  return {
    show({ state, text }) {
      const added = text.startsWith(known) ? text.slice(known.length) : text;
      known = text;
      const line = `[${state}] ${added.replaceAll(/\s+/g, " ").trim()}`.trimEnd();
      if (line !== before) output.write(`${line}\n`);
      before = line;
    },
  };
}
