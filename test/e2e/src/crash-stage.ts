import type { Gateway } from "@dingtalk-kit/example-demo";
import type { SimulatedApp } from "dingtalk-simulator";
import { expect, onTestFailed, vi } from "vitest";

import { openStage, untilConnected, type Stage, type StageOptions } from "./stage.ts";

/** How many agents run side by side. */
export const AT_ONCE = 20;

export interface CrashStage extends Stage {
  /** Starts a gateway, and waits until its one robot is connected. */
  startConnected(): Promise<Gateway>;
}

/** A stage of its own: the host's crash-loop breaker counts the unclean starts of one state folder. */
export async function openCrashStage(options: StageOptions, settings: object): Promise<CrashStage> {
  await using stack = new AsyncDisposableStack();
  const stage = stack.use(await openStage({ concurrency: AT_ONCE, ...options }));
  const { app } = stage.simulator;
  await stage.configure(accountOf(app, { endpoints: stage.simulator.endpoints, ...settings }));
  const gateways: Gateway[] = [];
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateways.at(-1)?.log.tail(60)}`));
  const owned = stack.move();
  return {
    ...stage,
    async startConnected() {
      const gateway = await stage.start();
      gateways.push(gateway);
      await untilConnected(stage.simulator, [app.clientId]);
      return gateway;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function accountOf({ clientId, clientSecret }: SimulatedApp, settings: object): object {
  return {
    enabled: true,
    clientId,
    clientSecret,
    dmPolicy: "open",
    allowFrom: ["*"],
    initialReconnectDelay: 200,
    maxReconnectDelay: 1_000,
    maxConcurrentTurns: AT_ONCE,
    ...settings,
  };
}

/** Lets every answer go on that waits in the model, also those that begin to wait while `work` runs. */
export async function releasing<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => stage.model.release(), 300);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Asks a gateway to stop as a service manager does, and waits until it has. It drains what runs first. */
export async function endPolitely(gateway: Gateway): Promise<void> {
  process.kill(gateway.pid, "SIGTERM");
  await vi.waitFor(() => expect(isAlive(gateway.pid)).toBe(false), { timeout: 120_000, interval: 100 });
  await gateway.kill();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
