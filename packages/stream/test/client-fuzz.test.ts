import { expect, test } from "vitest";

import { createStartPacer, createStreamClient } from "../src/index.ts";
import type { StreamClient } from "../src/index.ts";
import { createFakeNet } from "./fake-net.ts";
import type { FakeNet } from "./fake-net.ts";
import { frame, robotMessage } from "./gateway.ts";
import { createLateClock } from "./late-clock.ts";
import type { LateClock } from "./late-clock.ts";
import { createRandom } from "./world.ts";

const SEED = 7_000;
const LIVES = 1_500;

const disconnect = frame({ type: "SYSTEM", topic: "disconnect", id: "d", data: { reason: "fuzz" } });

async function happen(net: FakeNet, clock: LateClock, random: () => number): Promise<void> {
  const sockets = [...net.sockets];
  const socket = sockets[Math.floor(random() * sockets.length)];
  const dice = random();
  if (dice < 0.15) socket?.receive(disconnect);
  else if (dice < 0.3) socket?.break(random() < 0.5 ? 1006 : 1000);
  else if (dice < 0.4) socket?.receive(frame({ data: robotMessage("hi") }));
  else if (dice < 0.5) socket?.hear();
  else if (dice < 0.55) clock.block(Math.floor(random() * 40_000));
  else if (dice < 0.58) clock.sleepMachine(Math.floor((random() - 0.3) * 7_200_000));
  else await clock.advance(Math.floor(random() * 8_000));
}

async function live(seed: number): Promise<void> {
  const random = createRandom(seed);
  const clock = createLateClock();
  const net = createFakeNet(clock, random);
  const disposing = random() < 0.1;
  const options = {
    clientId: "dingexampleapp01",
    clientSecret: "secret",
    maxConnectionAttempts: 3,
    onStatus({ reconnects }: { readonly reconnects: number }): void {
      if (random() < 0.02) throw new Error("observer fault");
      // An observer may end the client in the middle of an event.
      if (disposing && reconnects > 1) void client[Symbol.asyncDispose]();
    },
  };
  const pacer = createStartPacer({}, { clock });
  const client: StreamClient = createStreamClient(options, { net, pacer }, { clock, random });
  const consume = async (): Promise<void> => {
    for await (const inbound of client) inbound.ack();
  };
  const ended = consume();
  for (let index = 0; index < 20; index += 1) await happen(net, clock, random);
  if (!disposing && random() < 0.5) {
    net.heal();
    for (let index = 0; index < 12; index += 1) {
      await clock.advance(8_000);
      for (const socket of net.sockets) socket.hear();
    }
    if (client.status.state !== "connected" || net.sockets.size !== 1) throw new Error("did not come back");
  }
  const disposed = client[Symbol.asyncDispose]();
  await clock.advance(2_000);
  await disposed;
  await ended;
  if (net.most > 2) throw new Error(`${net.most} sockets at once`);
  if (net.sockets.size > 0) throw new Error("a socket was left");
  if (clock.pending > 0) throw new Error(`${clock.pending} timers were left`);
}

test("survives random networks, observers and clocks: at most two sockets, and nothing left behind", async () => {
  const unhandled: unknown[] = [];
  const record = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", record);
  try {
    for (let index = 0; index < LIVES; index += 1) {
      await live(SEED + index).catch((cause: unknown) => {
        throw new Error(`seed ${SEED + index}`, { cause });
      });
    }
  } finally {
    process.off("unhandledRejection", record);
  }
  expect(unhandled).toEqual([]);
}, 60_000);
