import type { Ports } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { attemptConnection } from "./attempt.ts";
import type { Connection } from "./connection.ts";
import { createEngine } from "./engine.ts";
import type { OnFrame } from "./frame-inbound.ts";
import { knock } from "./knock.ts";
import { createLinkSet } from "./link-set.ts";
import { createNarrator } from "./narrator.ts";
import type { ResolvedStreamOptions } from "./options.ts";
import type { StartPacer } from "./start-pacer.ts";
import type { StreamStatus } from "./status.ts";
import type { Action } from "./stream-state.ts";
import { createTimerSet } from "./timer-set.ts";

export interface SupervisorDeps {
  readonly net: Net;
  readonly ports: Ports;
  readonly pacer: StartPacer;
  readonly onFrame: OnFrame;
  /** A fault of ours: the consumer gets to see it. */
  onFault(error: unknown): void;
}

/** Keeps one connection open, and during a change-over a second one: carries out what the machine decides. */
export interface Supervisor {
  readonly status: StreamStatus;
  start(): void;
  pause(): void;
  resume(): void;
  /** Closes every connection that is open, and waits for its end. */
  close(reason: Error): Promise<void>;
}

export function createSupervisor(options: ResolvedStreamOptions, deps: SupervisorDeps): Supervisor {
  const { net, ports, pacer, onFrame } = deps;
  const tell = createNarrator(ports.log);
  const links = createLinkSet();
  const closing = new AbortController();
  const { signal } = closing;
  const running = new Set<Promise<void>>();

  const currentHeardAtMs = (): number => links.heardAtMs(engine.state.current?.id) ?? 0;
  const timers = createTimerSet(ports.clock, (timer) => {
    if (timer !== "tick") return engine.dispatch({ type: "due", timer });
    const { paused } = links;
    return engine.dispatch({ type: "tick", heardAtMs: currentHeardAtMs(), paused });
  });

  const run = (work: Promise<void>): void => {
    const settled = work
      .catch((error: unknown) => deps.onFault(error))
      .finally(() => running.delete(settled));
    running.add(settled);
  };

  const followRotation = async (id: number, { rotated }: Connection): Promise<void> =>
    engine.dispatch({ type: "rotated", id, reason: await rotated });

  const followEnd = async (id: number, { closed }: Connection): Promise<void> => {
    const { code, reason, error } = await closed;
    const heardAtMs = currentHeardAtMs();
    links.delete(id);
    const why = reason || error?.message || "no reason given";
    engine.dispatch({ type: "lost", id, code, reason: why, heardAtMs });
  };

  const open = async (id: number): Promise<void> => {
    try {
      await pacer.turn(signal);
      const attempt = await attemptConnection(options, { net, ports, onFrame, signal });
      if (!attempt.ok) return engine.dispatch({ type: "failed", id, failure: attempt.failure });
      const { connection, endpoint } = attempt;
      const heardAtMs = currentHeardAtMs();
      links.add(id, connection);
      engine.dispatch({ type: "opened", id, endpoint, heardAtMs });
      void followRotation(id, connection);
      return void followEnd(id, connection);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };

  const ask = async (): Promise<void> =>
    engine.dispatch({ type: "knocked", up: await knock(net, options.endpoints.api, signal) });

  const perform = (action: Action): void => {
    switch (action.do) {
      case "open":
        return run(open(action.id));
      case "knock":
        return run(ask());
      case "arm":
        return timers.arm(action.timer, action.delayMs);
      case "disarm":
        return timers.disarm(action.timer);
      case "tell":
        return tell(action.note);
      case "ping":
      case "close":
      case "terminate":
        return links.get(action.id)?.[action.do]();
    }
  };
  const engine = createEngine(options, { ports, perform, heardAtMs: (id) => links.heardAtMs(id) });

  return {
    get status() {
      return engine.status;
    },
    start: () => engine.dispatch({ type: "start" }),
    pause: () => links.pause(),
    resume: () => links.resume(),
    async close(reason) {
      closing.abort(reason);
      engine.dispatch({ type: "close" });
      // A connection that comes up at this very moment is closed by the machine.
      await Promise.all(running);
      await links.gone();
    },
  };
}
