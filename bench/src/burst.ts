import { setTimeout as sleep } from "node:timers/promises";

import type { LedgerEntry, Simulator } from "dingtalk-simulator";

import { openGatewayStage, processUsage, untilAtRest, untilConnected } from "./gateway-stage.ts";
import { askHostAlone } from "./host-alone.ts";
import type { ProfileOwners } from "./profile-owners.ts";
import { machineLoad, writeResults } from "./results.ts";

export interface BurstOptions {
  readonly seed: number;
  readonly people: number;
  readonly messages: number;
  /** Where profiles of both gateways are kept. Making them costs CPU. @defaultValue none is made */
  readonly profileIn?: string | undefined;
}

const CONCURRENCY = 8;
/** Nobody waits longer for the last answer. */
const LIMIT_MS = 30 * 60_000;

/** Everybody writes at once, through the real gateway; beside it, the same turns by the host alone. */
export async function benchBurst(options: BurstOptions): Promise<void> {
  const loadBefore = machineLoad();
  const alone = await measureHostAlone(options);
  const burst = await measureBurst(options);
  const row = { ...burst, hostAlone: alone };
  const { lag, usage } = burst;
  console.log(
    [
      `sent                  ${burst.sent} by ${options.people} people`,
      `answered once         ${burst.answeredOnce}`,
      `answered more often   ${burst.answeredAgain}`,
      `out of order          ${burst.outOfOrder}`,
      `open cards            ${burst.openCards}`,
      `ack, push to answer   p50 ${burst.ackP50Ms} ms, p99 ${burst.ackP99Ms} ms, max ${burst.ackMaxMs} ms`,
      `event loop held up    p50 ${lag.p50.toFixed(1)} ms, p99 ${lag.p99.toFixed(1)} ms, max ${lag.max.toFixed(1)} ms`,
      `wall time             ${burst.seconds} s; the host alone ${alone.seconds} s for ${alone.turns} turns`,
      `gateway               ${usage.cpuSeconds} CPU s, ${usage.maxRssMiB} MiB at most; the host alone ${alone.usage.cpuSeconds} CPU s, ${alone.usage.maxRssMiB} MiB`,
      ...ownersLine("burst", burst.owners),
      ...ownersLine("alone", alone.owners),
    ].join("\n"),
  );
  console.log(
    `\nwritten to ${writeResults("burst", { seed: options.seed, loadBefore, options, rows: [row] })}`,
  );
}

async function measureHostAlone({ people, messages, profileIn }: BurstOptions): Promise<{
  readonly turns: number;
  readonly seconds: number;
  readonly usage: ReturnType<typeof processUsage>;
  readonly owners: ProfileOwners | undefined;
}> {
  await using stage = await openGatewayStage({ wordDelayMs: 1, concurrency: CONCURRENCY, profileIn });
  const gateway = await stage.start();
  await untilConnected(stage);
  await untilAtRest(stage, gateway);
  await stage.profile(gateway);
  const before = processUsage(gateway.pid);
  const startedAtMs = performance.now();
  await askHostAlone(gateway.url, { people, messages, concurrency: CONCURRENCY });
  const seconds = secondsSince(startedAtMs);
  const usage = usageSince(before, gateway.pid);
  return { turns: people * messages, seconds, usage, owners: await stage.profile(gateway) };
}

async function measureBurst({ people, messages, profileIn }: BurstOptions): Promise<{
  readonly sent: number;
  readonly answeredOnce: number;
  readonly answeredAgain: number;
  readonly outOfOrder: number;
  readonly openCards: number;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly ackMaxMs: number;
  readonly lag: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly seconds: number;
  readonly usage: ReturnType<typeof processUsage>;
  readonly owners: ProfileOwners | undefined;
}> {
  await using stage = await openGatewayStage({
    profileIn,
    simulator: { qpsLimit: 1_000 },
    wordDelayMs: 1,
    concurrency: CONCURRENCY,
    dingtalk: { requestsPerSecond: 1_000 },
  });
  const { simulator } = stage;
  const gateway = await stage.start();
  await untilConnected(stage);
  await untilAtRest(stage, gateway);
  await stage.profile(gateway);
  await stage.loopLag(gateway);
  const before = processUsage(gateway.pid);
  const startedAtMs = performance.now();
  for (let index = 1; index <= messages; index += 1) {
    const names = Array.from({ length: people }, (_item, person) => `p${person}`);
    await Promise.all(names.map((from) => simulator.say({ from, text: `question ${index}` })));
  }
  const entries = await untilAllAnswered(simulator, people * messages);
  const seconds = secondsSince(startedAtMs);
  const acks = entries.flatMap(ackMs).toSorted((a, b) => a - b);
  return {
    sent: entries.length,
    answeredOnce: entries.filter(({ outcome }) => outcome === "answered-once").length,
    answeredAgain: entries.filter(({ outcome }) => outcome === "answered-again").length,
    outOfOrder: outOfOrder(simulator),
    openCards: simulator.cards().filter(({ state }) => state === "PROCESSING" || state === "INPUTING").length,
    ackP50Ms: at(acks, 0.5),
    ackP99Ms: at(acks, 0.99),
    ackMaxMs: at(acks, 1),
    lag: await stage.loopLag(gateway),
    seconds,
    usage: usageSince(before, gateway.pid),
    owners: await stage.profile(gateway),
  };
}

function ownersLine(who: string, owners: ProfileOwners | undefined): string[] {
  if (owners === undefined) return [];
  const { plugin, host, garbageCollection } = owners;
  const seconds = [
    `plugin ${plugin.toFixed(1)} s`,
    `OpenClaw ${host.toFixed(1)} s`,
    `collecting garbage ${garbageCollection.toFixed(1)} s`,
  ];
  return [`main thread, ${who.padEnd(9)}${seconds.join(", ")}`];
}

async function untilAllAnswered(simulator: Simulator, count: number): Promise<readonly LedgerEntry[]> {
  const limitMs = performance.now() + LIMIT_MS;
  let told = 0;
  for (;;) {
    const entries = simulator.ledger((answer, message) => answer.text.includes(`**${message.text}**`));
    const done = entries.filter(({ outcome }) => outcome.startsWith("answered")).length;
    if (done >= count || performance.now() > limitMs) return entries;
    if (done >= told + 50) {
      told = done;
      console.log(`… ${done} of ${count} answered`);
    }
    await sleep(500);
  }
}

function ackMs({ deliveries, acks }: LedgerEntry): number[] {
  const [pushed] = deliveries;
  const [acked] = acks;
  return pushed === undefined || acked === undefined ? [] : [acked.atMs - pushed.atMs];
}

/** Answers that come after one to a later question of the same person. */
function outOfOrder(simulator: Simulator): number {
  const conversations = new Set(simulator.ledger().map(({ conversationId }) => conversationId));
  return [...conversations].reduce((sum, id) => {
    const asked = simulator
      .messages(id)
      .filter(({ byRobot }) => byRobot)
      .map(({ text }) => Number(/question (\d+)/.exec(text)?.[1] ?? 0));
    return sum + asked.filter((number, index) => number < Math.max(0, ...asked.slice(0, index))).length;
  }, 0);
}

const at = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);

const secondsSince = (startedAtMs: number): number =>
  Math.round((performance.now() - startedAtMs) / 100) / 10;

function usageSince(before: { readonly cpuSeconds: number }, pid: number): ReturnType<typeof processUsage> {
  const after = processUsage(pid);
  return { ...after, cpuSeconds: Math.round((after.cpuSeconds - before.cpuSeconds) * 10) / 10 };
}
