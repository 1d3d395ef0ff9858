import { createNet } from "@dingtalk-kit/net";
import type { Inbound } from "@dingtalk-kit/protocol";
import { createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { LogLine } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";

import { createStreamClient } from "../src/index.ts";
import type { StreamClient, StreamOptions, StreamStatus } from "../src/index.ts";
import { rest, until } from "./gateway.ts";
import { createLateClock } from "./late-clock.ts";
import type { LateClock } from "./late-clock.ts";

/** A simulator and a client that acknowledges all it gets, on one manual clock. */
export interface SimulatorDesk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly client: StreamClient;
  readonly clock: LateClock;
  readonly inbound: Inbound[];
  readonly statuses: readonly StreamStatus[];
  readonly log: { readonly lines: readonly LogLine[] };
  connected(reconnects?: number): Promise<void>;
  /** Lets time pass until `condition` holds. @returns how long that took on the clock */
  passUntil(condition: () => boolean): Promise<number>;
  pass(byMs: number): Promise<void>;
  /** The texts of the robot messages, in order of arrival. */
  texts(): readonly string[];
}

const STEP_MS = 250;
export async function openSimulatorDesk(
  options: SimulatorOptions = {},
  stream: Partial<StreamOptions> = {},
): Promise<SimulatorDesk> {
  const clock = createLateClock();
  const simulator = await openSimulator(options, { clock });
  const net = createNet({}, { clock });
  const log = createRecordingLogger();
  const { clientId, clientSecret } = simulator.app;
  const statuses: StreamStatus[] = [];
  const onStatus = (status: StreamStatus): void => void statuses.push(status);
  const settings = { clientId, clientSecret, endpoints: simulator.endpoints, onStatus, ...stream };
  const pacer = { turn: () => Promise.resolve() };
  const client = createStreamClient(settings, { net, pacer }, { clock, log, random: () => 0.5 });
  const inbound: Inbound[] = [];
  const consume = async (): Promise<void> => {
    for await (const item of client) {
      item.ack();
      inbound.push(item);
    }
  };
  const ended = consume();
  const pass = async (byMs: number): Promise<void> => {
    for (let leftMs = byMs; leftMs > 0; leftMs -= STEP_MS) {
      await clock.advance(Math.min(leftMs, STEP_MS));
      await rest();
    }
  };
  return {
    simulator,
    client,
    clock,
    inbound,
    statuses,
    log,
    connected: (reconnects = 0) =>
      until(() => client.status.state === "connected" && client.status.reconnects === reconnects),
    async passUntil(condition) {
      const startMs = clock.nowMs();
      await rest();
      while (!condition()) await pass(STEP_MS);
      return clock.nowMs() - startMs;
    },
    pass,
    texts: () =>
      inbound.flatMap(({ body }) => {
        if (body.kind !== "robot-message" || body.message.content.kind !== "text") return [];
        return [body.message.content.text];
      }),
    async [Symbol.asyncDispose]() {
      const disposed = client[Symbol.asyncDispose]();
      await clock.advance(2_000);
      await disposed;
      await ended;
      await net[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
      // A timer that leaked never ends: the test's own limit tells.
      await until(() => clock.pending === 0);
    },
  };
}
