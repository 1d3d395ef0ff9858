import type { Ports } from "@dingtalk-kit/protocol";

import { DEFAULT_APP, registerApp } from "./app.ts";
import type { RegisteredApp, SimulatedApp } from "./app.ts";
import { createIdSource } from "./ids.ts";
import type { IdSource } from "./ids.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import { createTimers } from "./timers.ts";
import type { Timers } from "./timers.ts";

/** What every part of the simulator shares. */
export interface Core {
  readonly options: ResolvedOptions;
  readonly ports: Ports;
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

export function createCore(options: ResolvedOptions, ports: Ports): Core {
  const apps = new Map<string, RegisteredApp>();
  let sequence = 0;
  const core: Core = {
    options,
    ports,
    timers: createTimers(ports.clock),
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
