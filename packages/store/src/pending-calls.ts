import type { OperationName, Output, Reply } from "./database/group-commit.ts";
import { StoreError } from "./store-error.ts";

/** Calls that the worker thread has not answered yet. */
export interface PendingCalls {
  add<K extends OperationName>(): { readonly id: number; readonly output: Promise<Output<K>> };
  settle(replies: readonly Reply[]): void;
  failAll(error: Error): void;
  /** How many were answered so far. */
  readonly settled: number;
}

interface PendingCall {
  settle(reply: Reply): void;
  fail(error: Error): void;
}

export function createPendingCalls(file: string): PendingCalls {
  const calls = new Map<number, PendingCall>();
  let lastId = 0;
  let settled = 0;
  return {
    add<K extends OperationName>() {
      const { promise, resolve, reject } = Promise.withResolvers<Output<K>>();
      const id = (lastId += 1);
      calls.set(id, {
        // The thread answers each call with the output of its own operation.
        settle(reply: Reply<K>) {
          if (reply.ok) resolve(reply.output);
          else reject(new StoreError(reply.fault.fault, { file, ...reply.fault }));
        },
        fail: reject,
      });
      return { id, output: promise };
    },
    settle(replies) {
      settled += replies.length;
      for (const reply of replies) {
        calls.get(reply.id)?.settle(reply);
        calls.delete(reply.id);
      }
    },
    failAll(error) {
      for (const call of calls.values()) call.fail(error);
      calls.clear();
    },
    get settled() {
      return settled;
    },
  };
}
