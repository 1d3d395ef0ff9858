import { extname } from "node:path";
import { Worker } from "node:worker_threads";

import { ClosedError } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";

import type { FaultReport } from "./database/fault.ts";
import type { Input, OperationName, Output } from "./database/group-commit.ts";
import type { ResolvedStoreOptions } from "./options.ts";
import { createPendingCalls } from "./pending-calls.ts";
import { StoreError } from "./store-error.ts";
import type { FromWorker, WorkerOptions } from "./worker.ts";

/** The way to the thread that owns the database. */
export interface WorkerConnection extends AsyncDisposable {
  readonly schemaVersion: number;
  /** Transactions so far. */
  readonly commits: number;
  /** Calls answered so far. */
  readonly calls: number;
  /** Resolves when no call can succeed any more. */
  readonly ended: Promise<void>;
  /**
   * Resolves when the call's effect is on disk. Calls are carried out in the order they are made.
   *
   * @throws StoreError when the database refuses; ClosedError after dispose.
   */
  call<K extends OperationName>(name: K, input: Input<K>): Promise<Output<K>>;
}

const nothingToTransfer: never[] = [];

/** @throws StoreError when the database cannot be opened. */
export async function openConnection(
  options: ResolvedStoreOptions,
  mode: WorkerOptions["mode"],
  ports: Ports,
): Promise<WorkerConnection> {
  const { file } = options;
  const worker = startWorker(options, mode);
  const pending = createPendingCalls(file);
  const opened = Promise.withResolvers<number>();
  const over = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<FaultReport | undefined>();
  let ended: Error | undefined;
  let commits = 0;

  const end = (error: Error): void => {
    ended ??= error;
    opened.reject(error);
    pending.failAll(error);
    over.resolve();
  };
  const breakDown = (detail: string): void => {
    if (ended === undefined) ports.log.error("the store's thread has ended", { file, detail });
    end(new StoreError("broken", { file, detail }));
    closed.resolve(undefined);
  };
  worker.on("message", (message: FromWorker) => {
    switch (message.kind) {
      case "open":
        return opened.resolve(message.schemaVersion);
      case "refused":
        return end(new StoreError(message.fault.fault, { file, ...message.fault }));
      case "replies":
        commits = message.commits;
        return pending.settle(message.replies);
      case "closed":
        return closed.resolve(message.fault);
    }
  });
  worker.on("error", (error) => breakDown(error instanceof Error ? error.message : String(error)));
  worker.on("exit", (code) => breakDown(`exit code ${code}`));

  const dispose = async (): Promise<void> => {
    ended ??= new ClosedError(`the store ${file} was closed by its owner`);
    worker.postMessage({ name: "close" }, nothingToTransfer);
    const late: FaultReport = { fault: "unavailable", detail: "the disk did not answer in time" };
    const limit = ports.clock.after(options.disposeTimeoutMs, () => closed.resolve(late));
    const fault = await closed.promise;
    limit[Symbol.dispose]();
    end(ended);
    if (fault !== undefined) ports.log.warn("the store did not close properly", { file, ...fault });
    // A thread that hangs in the disk cannot be waited for.
    if (fault === late) void worker.terminate();
    else await worker.terminate();
  };
  let disposed: Promise<void> | undefined;

  try {
    const schemaVersion = await opened.promise;
    return {
      schemaVersion,
      ended: over.promise,
      get commits() {
        return commits;
      },
      get calls() {
        return pending.settled;
      },
      call<K extends OperationName>(name: K, input: Input<K>) {
        if (ended !== undefined) return Promise.reject(ended);
        const { id, output } = pending.add<K>();
        worker.postMessage({ id, name, input }, nothingToTransfer);
        return output;
      },
      [Symbol.asyncDispose]: () => (disposed ??= dispose()),
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

function startWorker(options: ResolvedStoreOptions, mode: WorkerOptions["mode"]): Worker {
  const { file, lockTimeoutMs, maxFileBytes, maxLaneDepth, maxDepth, maxAttempts } = options;
  const workerData: WorkerOptions = {
    file,
    mode,
    lockTimeoutMs,
    maxFileBytes,
    limits: { maxLaneDepth, maxDepth, maxAttempts },
  };
  // Sources run as they are: the thread is TypeScript where this file is.
  const own = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
  // The host's preloads and loaders have no business in this thread.
  return new Worker(options.worker ?? own, { name: "dingtalk-store", workerData, execArgv: [] });
}
