import { readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import {
  buildConfig,
  freePort,
  openGateway,
  openHome,
  openModel,
  PLUGIN_FOLDER,
} from "@dingtalk-kit/example-demo";
import type { Gateway, OpenClawHome, StandInModel } from "@dingtalk-kit/example-demo";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";

import { profileOwners } from "./profile-owners.ts";
import type { ProfileOwners } from "./profile-owners.ts";

/** A DingTalk, a model and an OpenClaw home; gateways are started on it, one after the other. */
export interface GatewayStage extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly model: StandInModel;
  readonly home: OpenClawHome;
  readonly port: number;
  /** Disposing the stage stops it, too. */
  start(): Promise<Gateway>;
  /** What the event loop of a gateway held up since its start or the last call, in milliseconds. */
  loopLag(gateway: Gateway): Promise<LoopLag>;
  /** Begins the profile of a gateway, or ends it and tells who kept its main thread busy; only where one is wanted. */
  profile(gateway: Gateway): Promise<ProfileOwners | undefined>;
}

export interface LoopLag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface GatewayStageOptions {
  readonly simulator?: SimulatorOptions | undefined;
  readonly wordDelayMs: number;
  /** Agents that the host runs side by side. */
  readonly concurrency: number;
  /** Where the profile of a gateway is kept. @defaultValue none is made */
  readonly profileIn?: string | undefined;
  /** Merged into `channels.dingtalk`. */
  readonly dingtalk?: object | undefined;
}

const MODULES = ["gateway-loop-lag.ts", "gateway-profile.ts"].map(
  (name) => `--import=${pathToFileURL(join(import.meta.dirname, name)).href}`,
);

export async function openGatewayStage(options: GatewayStageOptions): Promise<GatewayStage> {
  await using stack = new AsyncDisposableStack();
  const model = stack.use(await openModel({ wordDelayMs: options.wordDelayMs }));
  const simulator = stack.use(await openSimulator(options.simulator));
  const home = stack.use(await openHome());
  const port = await freePort();
  await home.writeConfig(wholeConfig({ model, simulator, home, port }, options));
  home.env["NODE_OPTIONS"] = MODULES.join(" ");
  home.env["BENCH_LOOP_LAG_FOLDER"] = home.folder;
  home.env["BENCH_PROFILE_FOLDER"] = options.profileIn;
  const owned = stack.move();
  const { profileIn } = options;
  return {
    simulator,
    model,
    home,
    port,
    start: async () => owned.use(await openGateway(home, { port })),
    loopLag: (gateway) => readLag(gateway, home),
    profile: createProfiling(profileIn),
    async [Symbol.asyncDispose]() {
      // A waiting answer would keep the gateway from stopping.
      model.release();
      await owned.disposeAsync();
    },
  };
}

type Parts = Pick<GatewayStage, "model" | "simulator" | "home" | "port">;

function wholeConfig({ model, simulator, home, port }: Parts, options: GatewayStageOptions): object {
  const { clientId, clientSecret } = simulator.app;
  const { endpoints } = simulator;
  const dingtalk = {
    enabled: true,
    clientId,
    clientSecret,
    endpoints,
    messageType: "card",
    dmPolicy: "open",
    allowFrom: ["*"],
    initialReconnectDelay: 200,
    maxReconnectDelay: 1_000,
    ...options.dingtalk,
  };
  const { gateway, agents, ...rest } = Object(
    buildConfig({
      port,
      workspace: home.workspace,
      logFile: home.logFile,
      model: { baseUrl: model.url, apiKey: "stand-in", model: "stand-in" },
      channel: { pluginFolder: PLUGIN_FOLDER, dingtalk },
    }),
  );
  return {
    ...rest,
    gateway: { ...gateway, http: { endpoints: { chatCompletions: { enabled: true } } } },
    agents: { ...agents, defaults: { ...agents.defaults, maxConcurrent: options.concurrency } },
  };
}

async function readLag(gateway: Gateway, home: OpenClawHome): Promise<LoopLag> {
  const file = join(home.folder, `lag-${gateway.pid}.json`);
  // What was written last time would be read before the gateway has answered.
  await rm(file, { force: true });
  process.kill(gateway.pid, "SIGUSR2");
  const lag: LoopLag = await readWritten(file);
  return lag;
}

function createProfiling(folder: string | undefined): GatewayStage["profile"] {
  const begun = new Set<number>();
  return async ({ pid }) => {
    if (folder === undefined) return undefined;
    process.kill(pid, "SIGIO");
    if (begun.has(pid)) return profileOwners(await readWritten(join(folder, `${pid}.cpuprofile`)));
    begun.add(pid);
    // Beginning takes most of a second, in which the gateway does nothing else.
    await sleep(2_000);
    return undefined;
  };
}

/** Reads JSON that a gateway is about to write. */
async function readWritten<T>(file: string): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      const written: T = JSON.parse(await readFile(file, "utf8"));
      return written;
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(100);
    }
  }
}

/** CPU seconds and the most memory that a process has used so far. Linux only. */
export function processUsage(pid: number): { readonly cpuSeconds: number; readonly maxRssMiB: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const [, kib = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return { cpuSeconds: ticks / 100, maxRssMiB: Math.round(Number(kib) / 1_024) };
}

/** Waits until the app has a live connection. */
export async function untilConnected({ simulator }: GatewayStage): Promise<void> {
  while (simulator.connections(simulator.app.clientId).length === 0) await sleep(100);
}

/** Longer the event loop of a gateway at rest is not held up. Milliseconds. */
const REST_MS = 50;

/** Waits until the gateway has done what it does besides after its start: that holds up its event loop for a second or two. */
export async function untilAtRest(stage: GatewayStage, gateway: Gateway): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    await sleep(1_000);
    if ((await stage.loopLag(gateway)).max < REST_MS) return;
  }
}
