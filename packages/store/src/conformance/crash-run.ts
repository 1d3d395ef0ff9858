import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { auditLog } from "./audit.ts";
import type { Audit } from "./audit.ts";
import type { FromChild, LogLine, TurnShape } from "./child-lines.ts";
import { startChild } from "./child-process.ts";
import type { Child } from "./child-process.ts";
import { seededRandom } from "./random.ts";
import { createSender } from "./sender.ts";
import type { Sender } from "./sender.ts";
import type { StorePlace, StoreUnderTest } from "./store-under-test.ts";

export interface CrashRunOptions {
  /** @defaultValue 1_000 */
  readonly lanes?: number | undefined;
  /** Messages of each lane. @defaultValue 5 */
  readonly perLane?: number | undefined;
  /** Share of messages that are sent twice. @defaultValue 0.1 */
  readonly duplicateShare?: number | undefined;
  /** How turns go. @defaultValue 300 at once, 5 to 50 ms, 3 % fail and are retried */
  readonly turns?: TurnShape | undefined;
  /** Shares of messages acknowledged at which the process is killed. @defaultValue [0.2, 0.5] */
  readonly killsWhileAppending?: readonly number[] | undefined;
  /** Shares of messages finished at which the process is killed, once all are acknowledged. @defaultValue [0.7, 0.9] */
  readonly killsWhileWorking?: readonly number[] | undefined;
  /** @defaultValue 1 */
  readonly seed?: number | undefined;
}

export interface CrashReport extends Audit {
  readonly messages: number;
  /** Messages that were acknowledged and are not done, or have no effect. */
  readonly lost: number;
  readonly kills: number;
  /** Messages that were sent again because a kill came before their acknowledgement. */
  readonly resent: number;
  /** Messages that were sent again although they had been acknowledged. */
  readonly duplicates: number;
}

const TURNS: TurnShape = { atOnce: 300, minMs: 5, maxMs: 50, failShare: 0.03 };
/** Kills count as attempts; here no message may run out of them. */
const LIMITS = { maxAttempts: 100 };

/** Appends and works in child processes that are killed again and again, and counts what went wrong. */
export async function runWithCrashes(
  store: StoreUnderTest,
  options: CrashRunOptions = {},
): Promise<CrashReport> {
  await using place = await store.createPlace();
  const folder = mkdtempSync(join(tmpdir(), "store-conformance-"));
  try {
    return await play(store, place, { ...options, log: join(folder, "log") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(
  store: StoreUnderTest,
  place: StorePlace,
  options: CrashRunOptions & { readonly log: string },
): Promise<CrashReport> {
  const { lanes = 1_000, perLane = 5, duplicateShare = 0.1, turns = TURNS, seed = 1, log } = options;
  const messages = lanes * perLane;
  const appendKills = [...(options.killsWhileAppending ?? [0.2, 0.5])];
  const workKills = [...(options.killsWhileWorking ?? [0.7, 0.9])];
  let child: Child | undefined;
  let kills = 0;
  let done = 0;
  let idle = false;
  const isIdle = (): boolean => idle;
  const sender: Sender = createSender(
    { lanes, perLane, duplicateShare, random: seededRandom(seed) },
    (order) => child?.tell({ kind: "append", order }),
  );
  const killAt = (shares: number[], count: number): void => {
    if (count < (shares[0] ?? Number.POSITIVE_INFINITY) * messages) return;
    shares.shift();
    kills += 1;
    child?.kill();
  };
  const hear = (line: FromChild): void => {
    if (line.kind === "ready") {
      done = line.done;
      sender.sendAll();
      if (sender.ackedCount === messages) child?.tell({ kind: "finish" });
    } else if (line.kind === "acked") {
      sender.acked(line.messageId);
      killAt(appendKills, sender.ackedCount);
      if (sender.ackedCount === messages) child?.tell({ kind: "finish" });
    } else if (line.kind === "finished") {
      done += 1;
      if (sender.ackedCount === messages) killAt(workKills, done);
    } else if (line.kind === "idle") {
      idle = true;
      child?.end();
    } else if (line.kind === "refused") throw new Error(line.message);
  };
  for (let round = 0; !isIdle(); round += 1) {
    const task = {
      kind: "serve",
      place: place.name,
      limits: LIMITS,
      log,
      seed: seed + round,
      turns,
    } as const;
    await using current = startChild(store, task, hear);
    child = current;
    await current.gone;
  }
  const { resent, duplicates } = sender;
  const audit = auditLog(readLog(log));
  return { messages, lost: await countLost(store, place, messages), kills, resent, duplicates, ...audit };
}

function readLog(log: string): readonly LogLine[] {
  return readFileSync(log, "utf8")
    .trimEnd()
    .split("\n")
    .map((text): LogLine => JSON.parse(text));
}

async function countLost(store: StoreUnderTest, place: StorePlace, messages: number): Promise<number> {
  await using opened = await store.open(place.name, LIMITS, {});
  const { done } = await opened.inbox.counts();
  let effects = 0;
  for await (const _ of opened.state.scan("conformance.effect", "")) effects += 1;
  return messages - Math.min(done, effects);
}
