import type { Ports } from "@dingtalk-kit/protocol";

import { createMachine } from "./machine.ts";
import type { ResolvedStreamOptions } from "./options.ts";
import { statusOf } from "./status-of.ts";
import type { StreamStatus } from "./status.ts";
import { INITIAL_STATE } from "./stream-state.ts";
import type { Action, StreamEvent, StreamState } from "./stream-state.ts";

/** Runs the machine: one event after the other, each followed by its actions and by what the observer sees of it. */
export interface Engine {
  readonly state: StreamState;
  readonly status: StreamStatus;
  dispatch(event: StreamEvent): void;
}

export interface EngineParts {
  readonly ports: Ports;
  perform(action: Action): void;
  /** When anything arrived last, on the connection with this id or on one before it. */
  heardAtMs(id: number | undefined): number | undefined;
}

function differs(before: StreamStatus, after: StreamStatus): boolean {
  return Object.entries(after).some(([key, value]) => Reflect.get(before, key) !== value);
}

export function createEngine(options: ResolvedStreamOptions, parts: EngineParts): Engine {
  const { ports } = parts;
  const step = createMachine(options);
  const pending: StreamEvent[] = [];
  let state = INITIAL_STATE;
  const status = (): StreamStatus => statusOf(state, parts.heardAtMs(state.current?.id));
  let published = status();
  let busy = false;

  /** A fault in the observer is logged and stops nothing. */
  const publish = (): void => {
    const next = status();
    if (!differs(published, next)) return;
    published = next;
    try {
      options.onStatus(next);
    } catch (error) {
      ports.log.error("onStatus threw", { error });
    }
  };

  return {
    get state() {
      return state;
    },
    get status() {
      return status();
    },
    dispatch(event) {
      pending.push(event);
      // An observer may close the client in the middle of an event.
      if (busy) return;
      busy = true;
      try {
        for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
          const result = step(state, next, { nowMs: ports.clock.nowMs(), random: ports.random() });
          state = result.state;
          for (const action of result.actions) parts.perform(action);
          publish();
        }
      } finally {
        busy = false;
      }
    },
  };
}
