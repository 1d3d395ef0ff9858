import type { Logger } from "@dingtalk-kit/protocol";

import type { StreamGap } from "./status.ts";
import type { Note } from "./stream-state.ts";

function gapText({ startedAtMs, endedAtMs, durationMs }: StreamGap): string {
  const [from, to] = [startedAtMs, endedAtMs].map((ms) => new Date(ms).toISOString());
  const seconds = (durationMs / 1000).toFixed(1);
  return `No connection to DingTalk for ${seconds} s, from ${from} to ${to}: messages of that time may be lost`;
}

/** Writes one line per change: a failure that repeats itself is a debug line until it alerts or becomes another. */
export function createNarrator(log: Logger): (note: Note) => void {
  let last: string | undefined;

  const failing = ({ failure, retry, alert }: Extract<Note, { kind: "failing" }>): void => {
    const { stage, status, code } = failure.fields;
    const kind = [failure.error.code, failure.title, stage, status, code].join(" ");
    const fields = { ...failure.fields, attempt: retry.streak.failures, retryInMs: retry.delayMs };
    const line = `${failure.title}: ${failure.error.message}`;
    if (retry.alert) log.error(line, { ...fields, alert });
    else if (kind === last) log.debug(line, fields);
    else log.warn(line, fields);
    last = kind;
  };

  return (note) => {
    switch (note.kind) {
      case "connected":
        last = undefined;
        return log.info("connected to DingTalk", { endpoint: note.endpoint, reconnects: note.reconnects });
      case "failing":
        return failing(note);
      case "rotating":
        return log.info("DingTalk asks for a new connection", { reason: note.reason });
      case "woke":
        return log.info("this machine slept or stood still; opening a new connection", {
          awayMs: note.awayMs,
        });
      case "gap":
        return log.warn(gapText(note.gap), { ...note.gap });
    }
  };
}
