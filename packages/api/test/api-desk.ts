import { createNet } from "@dingtalk-kit/net";
import type { Ports } from "@dingtalk-kit/protocol";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";

import { createDingTalkApi } from "../src/index.ts";
import type { DingTalkApi, DingTalkApiOptions } from "../src/index.ts";

/** A simulator and an API client of its default app. */
export interface ApiDesk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly api: DingTalkApi;
  countOf(path: string): number;
}

export interface DeskOptions {
  readonly simulator?: SimulatorOptions;
  readonly api?: Partial<DingTalkApiOptions>;
  readonly ports?: Partial<Ports>;
}

export const TOKEN_PATH = "/v1.0/oauth2/accessToken";

export async function openApiDesk(options: DeskOptions = {}): Promise<ApiDesk> {
  const simulator = await openSimulator(options.simulator);
  const net = createNet();
  const { clientId, clientSecret } = simulator.app;
  const { endpoints } = simulator;
  const api = createDingTalkApi(
    { clientId, clientSecret, endpoints, ...options.api },
    { net },
    options.ports,
  );
  return {
    simulator,
    api,
    countOf: (path) => simulator.calls(path).length,
    async [Symbol.asyncDispose]() {
      await net[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}
