import { createStreamClient } from "@dingtalk-kit/stream";
import type { Logger } from "@dingtalk-kit/protocol";
import { createAccountStatusSink, waitUntilAbort } from "openclaw/plugin-sdk/channel-outbound";

import type { DingTalkAccount } from "./accounts.ts";
import { listAccountIds, resolveAccount, unknownKeys } from "./accounts.ts";
import { startBlock } from "./config-problems.ts";
import { createConversations } from "./conversations.ts";
import { failureLine } from "./failure.ts";
import type { Gateway, GatewayContext } from "./host-types.ts";
import { CONFIG_PATH } from "./ids.ts";
import { createHostLogger } from "./log.ts";
import { findRival } from "./rivals.ts";
import { getHostRuntime } from "./runtime.ts";
import { createServices, credentialsOf } from "./services.ts";
import { claimStream } from "./stream-owners.ts";
import { toStatusPatch } from "./stream-status.ts";

type Sink = ReturnType<typeof createAccountStatusSink>;

/**
 * Runs accounts. The promise of an account stays pending until the host aborts it, also when the account cannot start:
 * an early end would only make the host try again and again.
 */
export const gateway: Gateway & { readonly startAccount: NonNullable<Gateway["startAccount"]> } = {
  async startAccount(ctx) {
    const { account, accountId, abortSignal } = ctx;
    const sink = createAccountStatusSink({ accountId, setStatus: ctx.setStatus });
    const log = createHostLogger(ctx.log ?? silentSink, {
      accountId,
      debug: account.settings?.debug ?? false,
    });
    sink({
      running: true,
      connected: false,
      lifecycle: "starting",
      lastStartAt: Date.now(),
      lastError: null,
    });
    try {
      await runAccount(ctx, sink, log);
    } catch (error) {
      if (!abortSignal.aborted) {
        block(sink, log, failureLine(error));
        await waitUntilAbort(abortSignal);
      }
    } finally {
      sink({ running: false, connected: false, lifecycle: "stopped", lastStopAt: Date.now() });
    }
  },
};

const silentSink = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function runAccount(ctx: GatewayContext, sink: Sink, log: Logger): Promise<void> {
  const { cfg, account, accountId, abortSignal } = ctx;
  reportConfig(ctx, log);
  const problem = startBlock(account);
  if (problem !== undefined) return stayBlocked(ctx, sink, log, problem);
  const credentials = credentialsOf(account);
  const rival = findRival(cfg, credentials.clientId);
  if (rival !== undefined) {
    return stayBlocked(
      ctx,
      sink,
      log,
      `${rival} is enabled with the same clientId; one of the two would miss messages. Next: disable ${rival}, or give one of them an app of its own`,
    );
  }
  const claim = await claimStream(credentials.clientId, accountId, abortSignal);
  if (claim.kind === "taken") {
    return stayBlocked(
      ctx,
      sink,
      log,
      `account "${claim.by}" already receives the messages of this clientId; one app has one owner. Next: remove one of the two accounts, or give this one an app of its own`,
    );
  }
  using stack = new DisposableStack();
  stack.use(claim.release);
  if (!abortSignal.aborted) await receiveUntilAbort({ ctx, account, sink, log });
}

interface Run {
  readonly ctx: GatewayContext;
  readonly account: DingTalkAccount;
  readonly sink: Sink;
  readonly log: Logger;
}

async function receiveUntilAbort({ ctx, account, sink, log }: Run): Promise<void> {
  const { settings } = account;
  if (settings === undefined) return;
  await using services = createServices(account, log);
  await using conversations = createConversations({
    services,
    log,
    core: getHostRuntime(),
    cfg: ctx.cfg,
    accountId: ctx.accountId,
    settings,
  });
  await using client = createStreamClient(
    {
      ...credentialsOf(account),
      endpoints: settings.endpoints,
      maxConnectionAttempts: settings.maxConnectionAttempts,
      initialReconnectDelayMs: settings.initialReconnectDelay,
      maxReconnectDelayMs: settings.maxReconnectDelay,
      reconnectJitter: settings.reconnectJitter,
      onStatus: (status) => sink(toStatusPatch(status)),
    },
    { net: services.net },
    { log },
  );
  const close = (): void => void client[Symbol.asyncDispose]();
  ctx.abortSignal.addEventListener("abort", close, { once: true });
  try {
    for await (const inbound of client) {
      sink({ lastInboundAt: Date.now(), lastEventAt: Date.now() });
      conversations.receive(inbound);
    }
  } finally {
    ctx.abortSignal.removeEventListener("abort", close);
  }
}

/** The account does not start; the others do. Said once, and kept in the status. */
async function stayBlocked(
  { abortSignal }: GatewayContext,
  sink: Sink,
  log: Logger,
  reason: string,
): Promise<void> {
  block(sink, log, reason);
  await waitUntilAbort(abortSignal);
}

function block(sink: Sink, log: Logger, reason: string): void {
  log.error(`not started: ${reason}`);
  sink({ connected: false, lifecycle: "blocked", lastError: reason });
}

/** Warnings about what the user wrote: each account's own, and the unknown keys once, by the first account. */
function reportConfig({ cfg, account, accountId }: GatewayContext, log: Logger): void {
  for (const { severity, path, message } of account.problems) {
    if (severity === "warning") log.warn(`config: ${path}: ${message}`);
  }
  const first = listAccountIds(cfg).find((id) => {
    const { enabled, configured } = resolveAccount(cfg, id);
    return enabled && configured;
  });
  const unknown = accountId === first ? unknownKeys(cfg) : [];
  if (unknown.length > 0) {
    log.warn(
      `config: unknown keys are ignored: ${unknown.join(", ")}. The README lists the keys of ${CONFIG_PATH}`,
    );
  }
}
