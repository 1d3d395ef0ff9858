import { createDingTalkApi } from "@dingtalk-kit/api";
import { createNet, type Net } from "@dingtalk-kit/net";
import type { CardPort, ReplyPort, Target } from "@dingtalk-kit/protocol";
import { createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { openSimulator, type Simulator, type SimulatorOptions } from "dingtalk-simulator";
import { expect } from "vitest";

import { createReply, type Reply, type ReplyOptions } from "../src/reply.ts";
import { resolveCardTemplate } from "../src/template.ts";

export const CREATE = "/v1.0/card/instances/createAndDeliver";
export const STREAM = "/v1.0/card/streaming";
export const UPDATE = "/v1.0/card/instances";
export const SEND = "/v1.0/robot/oToMessages/batchSend";

const user: Target = { kind: "user", staffId: "user01" };

export interface SimulatorDesk extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly net: Net;
  readonly cards: CardPort;
  /** By the robot API. */
  readonly messages: ReplyPort;
  readonly log: ReturnType<typeof createRecordingLogger>;
  /** The paths of the calls so far, without the token's. */
  paths(): readonly string[];
  reply(options?: Partial<ReplyOptions>): Reply;
}

export async function openDesk(options: SimulatorOptions = {}): Promise<SimulatorDesk> {
  const simulator = await openSimulator(options);
  const net = createNet();
  const log = createRecordingLogger();
  const { clientId, clientSecret } = simulator.app;
  const api = createDingTalkApi({ clientId, clientSecret, endpoints: simulator.endpoints }, { net });
  const messagesTo = (target: Target): ReplyPort => ({
    send: (message, signal) => api.robot.send(target, message, signal),
  });
  return {
    simulator,
    net,
    cards: api.cards,
    messages: messagesTo(user),
    log,
    paths: () =>
      simulator
        .calls()
        .map(({ path }) => path)
        .filter((path) => path.includes("card") || path.includes("robot")),
    reply: (more = {}) =>
      createReply(
        {
          mode: "card",
          template: resolveCardTemplate(),
          target: user,
          cards: api.cards,
          messages: messagesTo(more.target ?? user),
          intervalMs: 20,
          ...more,
        },
        { log },
      ),
    async [Symbol.asyncDispose]() {
      await net[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

/** Waits until a card shows `text`. */
export async function shown(simulator: Simulator, text: string): Promise<void> {
  await expect.poll(() => simulator.cards().map((card) => card.text)).toContain(text);
}
