import type { AccountSettings } from "@dingtalk-kit/config";
import type { Logger } from "@dingtalk-kit/protocol";
import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";

import { startedAccounts } from "./accounts.ts";
import { CHANNEL_ID } from "./ids.ts";
import { processWide } from "./process-wide.ts";

/** Told once how many tokens a run has used up. */
type Listener = (tokens: number) => void;

/** Runs whose usage somebody waits for, by their ids. */
const waiting = processWide("run-usage-2", () => new Map<string, Set<Listener>>());

/** Whether the host was asked for what runs use up when the plugin was loaded. */
const hearing = processWide("run-usage-heard-1", () => ({ isOn: false }));

/** Longest list: a run that ends without words is never heard of. */
const MOST_RUNS = 1_000;

/** Waits for what a run of an agent uses up, until disposed. */
export function onRunUsage(runId: string, listener: Listener): Disposable {
  const listeners = waiting().get(runId) ?? new Set();
  waiting().set(runId, listeners.add(listener));
  for (const oldest of waiting().keys()) {
    if (waiting().size <= MOST_RUNS) break;
    waiting().delete(oldest);
  }
  return {
    [Symbol.dispose]() {
      listeners.delete(listener);
      if (listeners.size === 0 && waiting().get(runId) === listeners) waiting().delete(runId);
    },
  };
}

/** Warns of a setting that needs {@link onRunUsage}, when that can never tell anything. */
export function warnUnlessHeard(setting: string, log: Logger): void {
  if (hearing().isOn) return;
  log.warn(`config: ${setting} was set while the plugin was running, and has no effect yet`, {
    next: "`openclaw plugins reload dingtalk`, or restart the gateway",
  });
}

/**
 * Listens to what the host tells of each answer that it hands out: with the last words of a run comes what the run has
 * used up. Read in OpenClaw's documents of message hooks: best effort, and nothing for a run that ends without words.
 *
 * Only where an account limits what people may spend, or shows tokens below its cards: a host with such a listener works more for each answer, and shows
 * no growing previews on its other channels (seen in 2026.9.6, not documented).
 */
export function registerRunUsage(api: Pick<OpenClawPluginApi, "config" | "on">): void {
  hearing().isOn = startedAccounts(api.config).some(
    ({ settings }) => limitsSpending(settings?.limits) || settings?.cardStatusLine.tokens === true,
  );
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
  const listeners = waiting().get(runId);
  if (listeners === undefined || tokens <= 0) return;
  waiting().delete(runId);
  for (const listener of listeners) listener(tokens);
}
