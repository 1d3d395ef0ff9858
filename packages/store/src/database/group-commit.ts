import type { Engine } from "./engine.ts";
import { isBusy, reportFault } from "./fault.ts";
import type { FaultReport } from "./fault.ts";
import type { Operations } from "./operations.ts";

export type OperationName = keyof Operations;
export type Input<K extends OperationName> = Parameters<Operations[K]>[0];
export type Output<K extends OperationName> = ReturnType<Operations[K]>;

/** One call on its way to the worker thread. */
export type Request<K extends OperationName = OperationName> = {
  readonly [P in K]: { readonly id: number; readonly name: P; readonly input: Input<P> };
}[K];

/** Its answer. */
export type Reply<K extends OperationName = OperationName> =
  | { readonly id: number; readonly ok: true; readonly output: Output<K> }
  | { readonly id: number; readonly ok: false; readonly fault: FaultReport };

/**
 * Carries out all requests with one commit, so that they share the wait for the disk. When that fails, each of them has a
 * transaction of its own: one that cannot be done does not take the others with it.
 */
export function commitGroup(engine: Engine, requests: readonly Request[]): readonly Reply[] {
  if (requests.length > 1) {
    try {
      return engine.transact(() => requests.map((request) => carryOut(engine, request)));
    } catch (error) {
      // Alone each would wait for the same lock. Otherwise it shows whose fault it was when each goes alone.
      if (isBusy(error)) return requests.map(({ id }) => ({ id, ok: false, fault: reportFault(error) }));
    }
  }
  return requests.map((request) => {
    try {
      return engine.transact(() => carryOut(engine, request));
    } catch (error) {
      return { id: request.id, ok: false, fault: reportFault(error) };
    }
  });
}

function carryOut<K extends OperationName>(engine: Engine, request: Request<K>): Reply<K> {
  const operations: { [P in OperationName]: (input: Input<P>) => Output<P> } = engine.operations;
  return { id: request.id, ok: true, output: operations[request.name](request.input) };
}
