import { createNet } from "@dingtalk-kit/net";
import type { Ports } from "@dingtalk-kit/protocol";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";

import { createDingTalkApi } from "../src/index.ts";
import type { ApiLimits, DingTalkApi, DingTalkApiOptions } from "../src/index.ts";

/** A simulator and an API client of its default app. */
export interface ApiDesk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly api: DingTalkApi;
  countOf(path: string): number;
  /** Another client, by default of the same app. */
  client(options: Partial<DingTalkApiOptions>, limits: ApiLimits, ports?: Partial<Ports>): DingTalkApi;
}

export interface DeskOptions {
  readonly simulator?: SimulatorOptions;
  readonly api?: Partial<DingTalkApiOptions>;
  readonly limits?: ApiLimits;
  readonly ports?: Partial<Ports>;
}

export const TOKEN_PATH = "/v1.0/oauth2/accessToken";

export async function openApiDesk(options: DeskOptions = {}): Promise<ApiDesk> {
  const simulator = await openSimulator(options.simulator);
  const net = createNet();
  const { clientId, clientSecret } = simulator.app;
  const { endpoints } = simulator;
  const app = { clientId, clientSecret, endpoints };
  const { limits, ports } = options;
  return {
    simulator,
    api: createDingTalkApi({ ...app, ...options.api }, { net, limits }, ports),
    countOf: (path) => simulator.calls(path).length,
    client: (more, shared, own) => createDingTalkApi({ ...app, ...more }, { net, limits: shared }, own),
    async [Symbol.asyncDispose]() {
      await net[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

/** Moves time on, in steps, until `work` is done. Real answers arrive in between. */
export async function inTime<T>(clock: ManualClock, work: Promise<T>, stepMs = 20): Promise<T> {
  const ended = new AbortController();
  const watched = work.finally(() => ended.abort());
  while (!ended.signal.aborted) {
    // Timers stand while answers are under way: give these some turns of the event loop.
    for (let turns = 0; turns < 20 && !ended.signal.aborted; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!ended.signal.aborted && clock.pending > 0) await clock.advance(stepMs);
  }
  return watched;
}
