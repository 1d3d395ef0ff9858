import { createNet } from "@dingtalk-kit/net";
import { ConfigError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { createStartPacer, createStreamClient } from "../src/index.ts";
import type { StreamClient } from "../src/index.ts";
import { openGateway, rest, until } from "./gateway.ts";
import { createLateClock } from "./late-clock.ts";

/** Most of the times that fall into one second. */
function peak(timesMs: readonly number[]): number {
  return Math.max(
    ...timesMs.map((startMs) => timesMs.filter((atMs) => atMs >= startMs && atMs < startMs + 1_000).length),
  );
}

test("lets 50 accounts connect at no more than 5 a second", async () => {
  const clock = createLateClock();
  await using gateway = await openGateway();
  await using net = createNet({}, { clock });
  const pacer = createStartPacer({}, { clock });
  const clients: StreamClient[] = [];
  const loops: Promise<void>[] = [];
  for (let index = 0; index < 50; index += 1) {
    const options = { clientId: `ding${index}`, clientSecret: "s", endpoints: { api: gateway.api } };
    const client = createStreamClient(options, { net, pacer }, { clock });
    clients.push(client);
    loops.push(
      (async (): Promise<void> => {
        for await (const inbound of client) inbound.ack();
      })(),
    );
  }
  const opensAtMs: number[] = [];
  while (gateway.sockets.length < 50) {
    await clock.advance(20);
    await rest();
    while (opensAtMs.length < gateway.opens.length) opensAtMs.push(clock.nowMs());
  }
  await until(() => clients.every(({ status }) => status.state === "connected"));
  expect(peak(opensAtMs)).toBeLessThanOrEqual(5);
  expect(new Set(gateway.opens.map(({ body }) => body["clientId"])).size).toBe(50);
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await Promise.all(loops);
  expect(clock.pending).toBe(0);
});

test("grants turns in order, the first at once, and lets nobody wait for one who has left", async () => {
  const clock = createLateClock();
  const pacer = createStartPacer({ opensPerSecond: 10 }, { clock });
  const startMs = clock.nowMs();
  const granted: string[] = [];
  const { signal } = new AbortController();
  const leaver = new AbortController();
  const turn = async (name: string, by: AbortSignal): Promise<void> => {
    await pacer.turn(by);
    granted.push(`${name} ${clock.nowMs() - startMs}`);
  };
  const first = turn("a", signal);
  const left = turn("b", leaver.signal);
  const others = [turn("c", signal), turn("d", signal)];
  await first;
  leaver.abort(new Error("left"));
  await expect(left).rejects.toThrow("left");
  await clock.advance(1_000);
  await Promise.all(others);
  expect(granted).toEqual(["a 0", "c 110", "d 220"]);
  expect(clock.pending).toBe(0);
});

test("does not catch up with a burst after a blocked event loop, nor wait for a clock that was set back", async () => {
  const clock = createLateClock();
  const pacer = createStartPacer({}, { clock });
  const { signal } = new AbortController();
  let granted = 0;
  const turns = Array.from({ length: 5 }, async () => {
    await pacer.turn(signal);
    granted += 1;
  });
  await rest();
  clock.block(10_000);
  await rest();
  expect(granted).toBe(2);
  clock.sleepMachine(-3_600_000);
  await clock.advance(1_000);
  await Promise.all(turns);
  expect(clock.pending).toBe(0);
});

test("leaves no timer when everybody who waited has left", async () => {
  const clock = createLateClock();
  const pacer = createStartPacer({}, { clock });
  const leaver = new AbortController();
  await pacer.turn(leaver.signal);
  const waiting = pacer.turn(leaver.signal);
  expect(clock.pending).toBe(1);
  leaver.abort(new Error("left"));
  await expect(waiting).rejects.toThrow("left");
  expect(clock.pending).toBe(0);
  await expect(pacer.turn(leaver.signal)).rejects.toThrow("left");
});

test.each([0, -1, Number.NaN])("refuses %s opens per second", (opensPerSecond) => {
  expect(() => createStartPacer({ opensPerSecond })).toThrow(ConfigError);
});
