import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { openSimulator, type Simulator } from "dingtalk-simulator";

import { buildConfig } from "./config.ts";
import { freePort, openGateway, type Gateway } from "./gateway.ts";
import { openModel } from "./model/model.ts";
import { openHome, type OpenClawHome } from "./openclaw-home.ts";
import type { DemoOptions } from "./options.ts";
import type { Progress } from "./progress.ts";

/** The plugin's folder in this workspace: OpenClaw loads its `dist` in place. */
export const PLUGIN_FOLDER: string = fileURLToPath(new URL("../../../apps/openclaw-plugin", import.meta.url));

/** A connection takes a second; a busy machine and one retry are allowed for. */
const CONNECT_TIMEOUT_MS = 30_000;

/** Everything the demo runs. Disposing stops it all, last started first. */
export interface Demo extends AsyncDisposable {
  /** `undefined` with the real DingTalk. */
  readonly simulator: Simulator | undefined;
  readonly home: OpenClawHome;
  readonly gateway: Gateway;
}

/** Starts model, simulator and gateway; resolves when the robot is connected. @throws GatewayError */
export async function openDemo(options: DemoOptions, progress: Progress, signal: AbortSignal): Promise<Demo> {
  await using stack = new AsyncDisposableStack();
  const model = options.model ?? (await openStandIn(stack, progress));
  if (options.model !== undefined) progress.say(`model      ${model.model} at ${model.baseUrl}`);

  const simulator = options.dingtalk === undefined ? stack.use(await openSimulator()) : undefined;
  progress.say(
    simulator === undefined ? "DingTalk   the real one" : `simulator  a DingTalk at ${simulator.url}`,
  );

  const home = stack.use(await openHome({ keep: options.keep }));
  if (options.keep) progress.say(`folder     ${home.folder}`);
  const port = options.port ?? (await freePort());
  await home.writeConfig(
    buildConfig({
      port,
      workspace: home.workspace,
      logFile: home.logFile,
      model,
      channel: { pluginFolder: PLUGIN_FOLDER, dingtalk: dingtalkConfig(options, simulator) },
    }),
  );
  const startedAtMs = Date.now();
  const gateway = stack.use(
    await openGateway(home, {
      port,
      signal,
      onProgress: (elapsedMs) =>
        progress.wait("gateway    OpenClaw starts, usually in 15 to 50 s …", elapsedMs),
      onLine: options.verbose ? (line) => progress.say(`           ${line}`) : undefined,
    }),
  );
  await untilConnected(gateway, simulator, signal);
  progress.say(`gateway    OpenClaw at ${gateway.url}, ready after ${seconds(Date.now() - startedAtMs)}`);

  const owned = stack.move();
  return { simulator, home, gateway, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function openStandIn(
  stack: AsyncDisposableStack,
  progress: Progress,
): Promise<{ readonly baseUrl: string; readonly apiKey: string; readonly model: string }> {
  const standIn = stack.use(await openModel());
  progress.say(`model      a stand-in at ${standIn.url}`);
  return { baseUrl: standIn.url, apiKey: "stand-in", model: "stand-in" };
}

function dingtalkConfig(options: DemoOptions, simulator: Simulator | undefined): object {
  if (simulator !== undefined) {
    const { clientId, clientSecret } = simulator.app;
    // Nobody but you can reach the simulator, so the robot talks to everybody there.
    const access = { dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open" };
    return {
      enabled: true,
      clientId,
      clientSecret,
      messageType: options.mode,
      endpoints: simulator.endpoints,
      ...access,
    };
  }
  // In the real DingTalk your colleagues can write, too: each needs your approval first.
  return { enabled: true, ...options.dingtalk, messageType: options.mode, dmPolicy: "pairing" };
}

/** The gateway has started before its channels are connected. With the real DingTalk only the log tells. */
async function untilConnected(
  gateway: Gateway,
  simulator: Simulator | undefined,
  signal: AbortSignal,
): Promise<void> {
  const about = (): readonly string[] => gateway.log.lines.filter((line) => /dingtalk/i.test(line));
  const isConnected = (): boolean =>
    simulator === undefined
      ? about().some((line) => line.includes("connected to DingTalk"))
      : simulator.connections().length > 0;
  const deadlineMs = Date.now() + CONNECT_TIMEOUT_MS;
  while (!isConnected()) {
    signal.throwIfAborted();
    if (Date.now() > deadlineMs) {
      throw new Error(`the plugin did not connect in time; what it said:\n${about().slice(-10).join("\n")}`);
    }
    await sleep(100);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
