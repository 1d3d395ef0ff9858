import type { ServerResponse } from "node:http";

import type { FaultDetails } from "./fault-spec.ts";
import type { Faults } from "./faults.ts";
import type { Subject } from "./standing-fault.ts";
import type { Reply } from "./refusal.ts";
import { encodeReply } from "./refusal.ts";

/** An answer that replaces the real one: the fault `call.answer` for the next calls to one path. */
export interface Failure {
  readonly status: number;
  /** A string is sent as it is (as HTML when it begins with `<`), everything else as JSON. @defaultValue `{}` */
  readonly body?: unknown;
  /** How many calls fail. @defaultValue 1 */
  readonly times?: number | undefined;
}

/** Sets `failure` as a fault of the next calls to `path` (exact, or its beginning and `*`). */
export function failNext(faults: Faults, path: string, { status, body = {}, times = 1 }: Failure): void {
  faults.add({ kind: "call.answer", where: { path }, status, body, times });
}

/** What strikes one call, drawn before it is performed. */
export interface CallPlan {
  /** False when the call goes wrong before it takes effect. */
  readonly performs: boolean;
  /** Replaces the real answer. */
  readonly answer: Reply | undefined;
  readonly resets: boolean;
  readonly hang: FaultDetails<"call.hang"> | undefined;
  readonly slow: FaultDetails<"call.slow"> | undefined;
}

export function planCall(faults: Faults, subject: Subject): CallPlan {
  const answer = faults.strike("call.answer", subject);
  const reset = faults.strike("call.reset", subject);
  const hang = faults.strike("call.hang", subject);
  const slow = faults.strike("call.slow", subject);
  return {
    performs: [answer, reset, hang].every((fault) => fault?.performed !== false),
    answer,
    resets: reset !== undefined,
    hang,
    slow,
  };
}

/** The head of an answer and half of its body. @returns what sends the rest */
export function sendHalf(response: ServerResponse, reply: Reply): () => void {
  const { text, contentType } = encodeReply(reply);
  const body = Buffer.from(text);
  const middle = Math.floor(body.length / 2);
  response.writeHead(reply.status, { "content-type": contentType, "content-length": body.length });
  response.flushHeaders();
  response.write(body.subarray(0, middle));
  return () => response.end(body.subarray(middle));
}
