import { matchesPath } from "./call-log.ts";
import type { Reply } from "./refusal.ts";

/** An answer that replaces the real one. */
export interface Failure {
  readonly status: number;
  /** A string is sent as it is (as HTML when it begins with `<`), everything else as JSON. @defaultValue `{}` */
  readonly body?: unknown;
  /** How many calls fail. @defaultValue 1 */
  readonly times?: number | undefined;
}

export interface Faults {
  /** The next calls to `path` (exact, or its beginning and `*`) get this answer. */
  failNext(path: string, failure: Failure): void;
  /** The answer for this call, if one was ordered. */
  take(path: string): Reply | undefined;
}

export function createFaults(): Faults {
  const orders: Array<{ readonly path: string; readonly reply: Reply; left: number }> = [];
  return {
    failNext(path, { status, body = {}, times = 1 }) {
      const contentType = typeof body === "string" && body.startsWith("<") ? "text/html" : undefined;
      orders.push({ path, reply: { status, body, contentType }, left: times });
    },
    take(path) {
      const order = orders.find((candidate) => candidate.left > 0 && matchesPath(candidate.path, path));
      if (order === undefined) return undefined;
      order.left -= 1;
      if (order.left === 0) orders.splice(orders.indexOf(order), 1);
      return order.reply;
    },
  };
}
