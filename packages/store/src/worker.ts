/** The thread that owns the database. Runs as it is, from source or bundled: it imports nothing but Node and its own files. */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";

import { openEngine } from "./database/engine.ts";
import type { Engine, EngineOptions } from "./database/engine.ts";
import { reportFault } from "./database/fault.ts";
import type { FaultReport } from "./database/fault.ts";
import { commitGroup } from "./database/group-commit.ts";
import type { Reply, Request } from "./database/group-commit.ts";

/** What the thread is started with. */
export type WorkerOptions = EngineOptions;

/** What the thread is told: calls, and that it is over. */
export type ToWorker = Request | { readonly name: "close" };

/** What the thread says: that it owns the database, or why not; answers, after their commit; that it has let go. */
export type FromWorker =
  | { readonly kind: "open"; readonly schemaVersion: number }
  | { readonly kind: "refused"; readonly fault: FaultReport }
  | { readonly kind: "replies"; readonly replies: readonly Reply[]; readonly commits: number }
  | { readonly kind: "closed"; readonly fault: FaultReport | undefined };

/** Bounds the memory of one transaction, and how long the first of the group waits for the last. */
const MAX_GROUP = 1_000;

function serve(port: MessagePort, options: WorkerOptions): void {
  const say = (message: FromWorker): void => port.postMessage(message);
  let engine: Engine;
  try {
    engine = openEngine(options);
  } catch (error) {
    say({ kind: "refused", fault: reportFault(error) });
    port.close();
    return;
  }
  say({ kind: "open", schemaVersion: engine.schemaVersion });
  port.on("message", (first: ToWorker) => {
    // Whatever arrived while the last commit waited for the disk is the next group.
    const { requests, closes } = collect(port, first);
    if (requests.length > 0) {
      const replies = commitGroup(engine, requests);
      say({ kind: "replies", replies, commits: engine.commits });
    }
    if (!closes) return;
    say({ kind: "closed", fault: close(engine) });
    port.close();
  });
}

function collect(port: MessagePort, first: ToWorker): { requests: readonly Request[]; closes: boolean } {
  const requests: Request[] = [];
  for (let message: ToWorker | undefined = first; message !== undefined;) {
    if (message.name === "close") return { requests, closes: true };
    requests.push(message);
    const next: { message: ToWorker } | undefined =
      requests.length < MAX_GROUP ? receiveMessageOnPort(port) : undefined;
    message = next?.message;
  }
  return { requests, closes: false };
}

function close(engine: Engine): FaultReport | undefined {
  try {
    engine[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return reportFault(error);
  }
}

if (parentPort !== null) serve(parentPort, workerData);
