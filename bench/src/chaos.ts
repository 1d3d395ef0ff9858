import { setTimeout as sleep } from "node:timers/promises";

import type { Gateway } from "@dingtalk-kit/example-demo";
import type { SaidMessage } from "dingtalk-simulator";

import { reconcile } from "./chaos-reconcile.ts";
import { planChaos } from "./chaos-schedule.ts";
import type { ChaosEvent } from "./chaos-schedule.ts";
import { openGatewayStage, untilConnected } from "./gateway-stage.ts";
import type { GatewayStage } from "./gateway-stage.ts";
import { machineLoad, writeResults } from "./results.ts";

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
}

/** So long after the last fault everything must have come to its end. */
const SETTLE_MS = 8 * 60_000;

/** People talk, everything fails now and then, and in the end every message has one answer or a name for what it got. */
export async function benchChaos(options: ChaosOptions): Promise<void> {
  const loadBefore = machineLoad();
  await using stage = await openGatewayStage({
    simulator: { undeliverable: "hold", seed: options.seed },
    wordDelayMs: 20,
    concurrency: 8,
  });
  const { simulator } = stage;
  const run: Run = { stage, gateway: await stage.start(), latest: new Map(), happened: {} };
  await untilConnected(stage);
  const events = planChaos(options.seed, options.minutes * 60_000);
  const startedAtMs = performance.now();
  for (const event of events) {
    const waitMs = event.atMs - (performance.now() - startedAtMs);
    if (waitMs > 0) await sleep(waitMs);
    run.happened[event.kind] = (run.happened[event.kind] ?? 0) + 1;
    await happen(event, run);
  }
  console.log("… the last fault is lifted; waiting until all have their answers");
  simulator.liftFaults();
  await untilQuiet(run);
  const open = simulator.cards().filter(({ state }) => state === "PROCESSING" || state === "INPUTING");
  await run.gateway[Symbol.asyncDispose]();
  const { counts, unexplained } = await reconcile(stage);
  report({ happened: run.happened, counts, unexplained, openCards: open.length });
  const row = { happened: run.happened, counts, unexplained, openCards: open.length };
  console.log(
    `\nwritten to ${writeResults("chaos", { seed: options.seed, loadBefore, options, rows: [row] })}`,
  );
  if (unexplained.length + open.length > 0) process.exitCode = 1;
}

interface Run {
  readonly stage: GatewayStage;
  gateway: Gateway;
  readonly latest: Map<string, SaidMessage>;
  readonly happened: Record<string, number>;
}

async function happen(event: ChaosEvent, run: Run): Promise<void> {
  const { simulator } = run.stage;
  switch (event.kind) {
    case "say":
      run.latest.set(event.from, await simulator.say({ from: event.from, text: event.text }));
      return;
    case "stop":
      return void (await simulator.say({ from: event.from, text: "/stop" }));
    case "recall": {
      const said = run.latest.get(event.from);
      if (said === undefined) return;
      const data = { msgId: said.messageId, robotCode: simulator.app.robotCode };
      return void simulator.emitEvent({ type: "robot_msg_recall", data });
    }
    case "fault":
      return void simulator.fault(event.spec);
    case "kill":
    case "restart": {
      console.log(`… ${event.kind} at ${Math.round(event.atMs / 1_000)} s`);
      if (event.kind === "kill") await run.gateway.kill();
      else await run.gateway[Symbol.asyncDispose]();
      run.gateway = await run.stage.start();
    }
  }
}

/** Waits until nobody waits any more, or for {@link SETTLE_MS}. */
async function untilQuiet({ stage: { simulator } }: Run): Promise<void> {
  const limitMs = performance.now() + SETTLE_MS;
  let before = "";
  for (let quietFor = 0; quietFor < 20 && performance.now() < limitMs;) {
    await sleep(1_000);
    const outcomes = simulator.ledger().map(({ outcome }) => outcome);
    const open = simulator
      .cards()
      .filter(({ state }) => state === "PROCESSING" || state === "INPUTING").length;
    const now = JSON.stringify([outcomes, open, simulator.calls().length]);
    quietFor = now === before ? quietFor + 1 : 0;
    before = now;
  }
}

function report(result: {
  readonly happened: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  readonly unexplained: readonly string[];
  readonly openCards: number;
}): void {
  const happened = Object.entries(result.happened).map(([kind, count]) => `${kind} ${count}`);
  const sent = Object.values(result.counts).reduce((sum, count) => sum + count, 0);
  console.log(`happened: ${happened.join(", ")}\nmessages: ${sent}`);
  for (const [name, count] of Object.entries(result.counts).toSorted((a, b) => b[1] - a[1])) {
    console.log(`  ${String(count).padStart(5)}  ${name}`);
  }
  console.log(`open cards: ${result.openCards}\nunexplained: ${result.unexplained.length}`);
  for (const line of result.unexplained) console.log(`  ${line}`);
}
