import type { AccountSettings } from "@dingtalk-kit/config";
import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";

import { startedAccounts } from "./accounts.ts";
import { CHANNEL_ID } from "./ids.ts";
import { processWide } from "./process-wide.ts";

/** Told once how many tokens a run has used up. */
type Listener = (tokens: number) => void;

/** Runs whose usage somebody waits for, by their ids. */
const waiting = processWide("run-usage-1", () => new Map<string, Listener>());

/** Whether the host was asked for what runs use up when the plugin was loaded. */
const hearing = processWide("run-usage-heard-1", () => ({ isOn: false }));

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

/** Whether {@link onRunUsage} can ever tell anything. */
export function isRunUsageHeard(): boolean {
  return hearing().isOn;
}

/**
 * Listens to what the host tells of each answer that it hands out: with the last words of a run comes what the run has
 * used up. Read in OpenClaw's documents of message hooks: best effort, and nothing for a run that ends without words.
 *
 * Only where an account limits what people may spend: a host with such a listener works more for each answer, and shows
 * no growing previews on its other channels (seen in 2026.9.6, not documented).
 */
export function registerRunUsage(api: Pick<OpenClawPluginApi, "config" | "on">): void {
  hearing().isOn = startedAccounts(api.config).some(({ settings }) => limitsSpending(settings?.limits));
  if (!hearing().isOn) return;
  api.on("reply_payload_sending", ({ channel, runId, usageState }) => {
    if (channel === CHANNEL_ID && runId !== undefined) tellRunUsage(runId, usageState?.usage);
  });
}

type Limits = AccountSettings["limits"];

const limitsSpending = (limits: Limits | undefined): boolean =>
  limits?.sender?.spend !== undefined || limits?.group?.spend !== undefined;

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
