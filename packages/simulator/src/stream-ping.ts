import type { Core } from "./core.ts";
import type { FrameAnswer } from "./frame.ts";
import { isObject, parseJson } from "./json.ts";
import type { Timers } from "./timers.ts";

/** SYSTEM pings so far, and how many of them came back right. */
export interface PingCount {
  readonly sent: number;
  readonly answered: number;
}

/** Pings a client at the interval of the options, and cuts it when it does not echo in time. */
export function startPings(
  { ids, options }: Core,
  timers: Timers,
  connection: {
    /** Sends one ping. */
    send(data: { readonly opaque: string }, onAnswer: (answer: FrameAnswer) => void): void;
    violate(what: string): void;
    cut(): void;
  },
): () => PingCount {
  const count = { sent: 0, answered: 0 };
  const ping = (): void => {
    const opaque = ids.uuid();
    const deadline = timers.after(options.pingTimeoutMs, () => {
      connection.violate(`did not answer a ping within ${options.pingTimeoutMs} ms`);
      connection.cut();
    });
    count.sent += 1;
    connection.send({ opaque }, (answer) => {
      deadline[Symbol.dispose]();
      const echo = parseJson(answer.data);
      if (answer.code !== 200) return connection.violate(`answered a ping with code ${answer.code}`);
      if (!isObject(echo) || echo["opaque"] !== opaque) {
        return connection.violate("did not echo a ping's opaque value");
      }
      count.answered += 1;
    });
  };
  if (options.pingIntervalMs > 0) timers.every(options.pingIntervalMs, ping);
  return () => ({ ...count });
}
