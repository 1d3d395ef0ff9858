import type { Ports } from "@dingtalk-kit/protocol";

import { DEFAULT_APP, registerApp } from "./app.ts";
import type { RegisteredApp, SimulatedApp } from "./app.ts";
import { createChance } from "./chance.ts";
import type { Chance } from "./chance.ts";
import { createFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { createIdSource } from "./ids.ts";
import type { IdSource } from "./ids.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import { createShiftableClock } from "./shiftable-clock.ts";
import type { ShiftableClock } from "./shiftable-clock.ts";
import { createSocketTable } from "./socket-table.ts";
import type { SocketTable } from "./socket-table.ts";
import { createTimers } from "./timers.ts";
import type { Timers } from "./timers.ts";

/** What every part of the simulator shares. */
export interface Core {
  readonly options: ResolvedOptions;
  readonly ports: Ports;
  /** The clock of the ports, which can be put forward. */
  readonly clock: ShiftableClock;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly sockets: SocketTable;
  readonly timers: Timers;
  readonly ids: IdSource;
  /** By client id. The first is the default app. */
  readonly apps: ReadonlyMap<string, RegisteredApp>;
  addApp(app: SimulatedApp): RegisteredApp;
  /** Rises by one with everything that becomes visible: orders answers after what they answer. */
  nextSequence(): number;
  readonly nowMs: () => number;
  /** What clients did against the protocol. */
  readonly violations: string[];
}

export function createCore(options: ResolvedOptions, given: Ports): Core {
  const clock = createShiftableClock(given.clock);
  const ports = { ...given, clock };
  const chance = createChance(options.seed ?? Math.floor(ports.random() * 2 ** 32));
  const apps = new Map<string, RegisteredApp>();
  let sequence = 0;
  const core: Core = {
    options,
    ports,
    clock,
    chance,
    faults: createFaults(() => clock.nowMs(), chance),
    sockets: createSocketTable(),
    timers: createTimers(clock),
    ids: createIdSource(() => ports.randomId()),
    apps,
    violations: [],
    addApp(app) {
      const registered = registerApp(app);
      apps.set(registered.clientId, registered);
      return registered;
    },
    nextSequence: () => (sequence += 1),
    nowMs: () => ports.clock.nowMs(),
  };
  core.addApp({ ...DEFAULT_APP, ...options.app });
  for (const app of options.apps) core.addApp(app);
  return core;
}
