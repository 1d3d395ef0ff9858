import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";

import { CHANNEL_ID } from "./ids.ts";
import { processWide } from "./process-wide.ts";

/** Told once how many tokens a run has used up. */
type Listener = (tokens: number) => void;

/** Runs whose usage somebody waits for, by their ids. */
const waiting = processWide("run-usage-1", () => new Map<string, Listener>());

/** Longest list: a run that ends without words is never heard of. */
const MOST_RUNS = 1_000;

/** Waits for what a run of an agent uses up, until disposed. */
export function onRunUsage(runId: string, listener: Listener): Disposable {
  waiting().set(runId, listener);
  for (const oldest of waiting().keys()) {
    if (waiting().size <= MOST_RUNS) break;
    waiting().delete(oldest);
  }
  return {
    [Symbol.dispose]() {
      if (waiting().get(runId) === listener) waiting().delete(runId);
    },
  };
}

/**
 * Listens to what the host tells of each answer that it hands out: with the last words of a run comes what the run has
 * used up. Read in OpenClaw's documents of message hooks: best effort, and nothing for a run that ends without words.
 */
export function registerRunUsage(api: OpenClawPluginApi): void {
  api.on("reply_payload_sending", ({ channel, runId, usageState }) => {
    if (channel === CHANNEL_ID && runId !== undefined) tellRunUsage(runId, usageState?.usage);
  });
}

/** What the host says of tokens; a provider may leave out any of it. */
interface Usage {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly total?: number | undefined;
}

export function tellRunUsage(runId: string, usage: Usage | undefined): void {
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = usage ?? {};
  const tokens = usage?.total ?? input + output + cacheRead + cacheWrite;
  const listener = waiting().get(runId);
  if (listener === undefined || tokens <= 0) return;
  waiting().delete(runId);
  listener(tokens);
}
