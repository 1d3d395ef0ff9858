import { ALL_EVENTS_TOPIC, CARD_ACTION_TOPIC, ROBOT_MESSAGE_TOPIC } from "@dingtalk-kit/protocol";
import type { Inbound, Logger } from "@dingtalk-kit/protocol";
import { createStartPacer, createStreamClient } from "@dingtalk-kit/stream";
import type { StreamClient, Subscription } from "@dingtalk-kit/stream";
import type { createAccountStatusSink } from "openclaw/plugin-sdk/channel-outbound";

import { openAccountAlerts } from "./account-alerts.ts";
import { openAccountBudget } from "./account-budget.ts";
import { openAccountStore, stateDirOf, storeFile } from "./account-store.ts";
import { findTwin } from "./accounts.ts";
import { configWarnings, startBlock } from "./config-problems.ts";
import { createConversations } from "./conversations.ts";
import type { GatewayContext } from "./host-types.ts";
import { openPatiently } from "./patient-store.ts";
import { processWide } from "./process-wide.ts";
import { createQuotaReporter } from "./quota-status.ts";
import { findRival } from "./rivals.ts";
import { getHostRuntime } from "./runtime.ts";
import { lendInbox } from "./running-inboxes.ts";
import { lendServices } from "./running-services.ts";
import { createServices, credentialsOf } from "./services.ts";
import { claimInterruptedSessions } from "./session-recovery.ts";
import { createStoreReporter } from "./store-status.ts";
import { shortLine } from "./short-line.ts";
import { claimStream } from "./stream-owners.ts";
import { createStatusReporter } from "./stream-status.ts";

/** Accounts open their connections one after the other, those of a reload included. */
const startPacer = processWide("start-pacer-1", () => createStartPacer());

/** Which events come is chosen in the developer console; that somebody took a message back is one of them. */
const SUBSCRIPTIONS: readonly Subscription[] = [
  { type: "CALLBACK", topic: ROBOT_MESSAGE_TOPIC },
  { type: "CALLBACK", topic: CARD_ACTION_TOPIC },
  { type: "EVENT", topic: ALL_EVENTS_TOPIC },
];

type Sink = ReturnType<typeof createAccountStatusSink>;

/**
 * Receives and answers the messages of one account until it is aborted.
 *
 * @returns why the account could not be started, in one line; `undefined` after it ran.
 */
export async function runAccount(ctx: GatewayContext, sink: Sink, log: Logger): Promise<string | undefined> {
  const { cfg, account, accountId, abortSignal } = ctx;
  for (const line of configWarnings(cfg, account)) log.warn(line);
  const problem = startBlock(account);
  if (problem !== undefined) return problem;
  const { clientId } = credentialsOf(account);
  const rival = findRival(cfg, clientId);
  if (rival !== undefined) {
    return `config: ${rival} is enabled with the same clientId; one of the two would miss messages. Next: disable ${rival}, or give one of them an app of its own`;
  }
  const twin = findTwin(cfg, account);
  const claim =
    twin === undefined
      ? await claimStream(clientId, accountId, abortSignal)
      : { kind: "taken" as const, by: twin };
  if (claim.kind === "taken") {
    return `config: account "${claim.by}" already receives the messages of this clientId; one app has one owner. Next: remove one of the two accounts, or give this one an app of its own`;
  }
  using stack = new DisposableStack();
  stack.use(claim.release);
  if (!abortSignal.aborted) await receiveUntilAbort(ctx, sink, log);
  return undefined;
}

async function receiveUntilAbort(ctx: GatewayContext, sink: Sink, log: Logger): Promise<void> {
  const { account, accountId, cfg, abortSignal } = ctx;
  const { settings } = account;
  if (settings === undefined) return;
  const credentials = credentialsOf(account);
  const { clientId } = credentials;
  await using services = createServices(account, log);
  using stack = new DisposableStack();
  stack.use(lendServices(clientId, services));
  const core = getHostRuntime();
  const file = storeFile(stateDirOf(core), clientId);
  await using store = await openPatiently(() => openAccountStore(file, settings, { log }), {
    clock: services.clock,
    log,
    signal: abortSignal,
    onBlocked: (reason) => sink({ connected: false, lifecycle: "blocked", lastError: shortLine(reason) }),
  });
  if (store === undefined) return;
  await claimInterruptedSessions({
    sessions: core.agent.session,
    cfg,
    accountId,
    robotCode: settings.robotCode ?? clientId,
    inbox: store.inbox,
    log,
  });
  await using alerts = await openAccountAlerts({ accountId, settings, services, state: store.state, log });
  await using budget = openAccountBudget({
    meter: services.api.quota,
    quota: settings.quota,
    state: store.state,
    clock: services.clock,
    log,
    onUsage: createQuotaReporter(sink, settings.quota),
    onWarning: (warning) => alerts.onQuota(warning),
  });
  await using conversations = createConversations({
    services,
    log,
    core,
    cfg,
    accountId,
    settings,
    clientId,
    store,
    budget,
    onStoreHealth: createStoreReporter(sink),
    onDeadLetter: (key, reason) => alerts.onDeadLetter(key, reason),
  });
  const { turns } = conversations;
  // A stack of its own: nobody may look into the inbox after it was closed.
  using lent = new DisposableStack();
  lent.use(lendInbox({ accountId, clientId, file, store, turns }));
  const report = createStatusReporter(sink);
  await using client = createStreamClient(
    {
      ...credentials,
      subscriptions: SUBSCRIPTIONS,
      endpoints: settings.endpoints,
      maxConnectionAttempts: settings.maxConnectionAttempts,
      initialReconnectDelayMs: settings.initialReconnectDelay,
      maxReconnectDelayMs: settings.maxReconnectDelay,
      reconnectJitter: settings.reconnectJitter,
      onStatus(status) {
        report(status);
        alerts.onStatus(status);
      },
    },
    { net: services.net, pacer: startPacer() },
    { log },
  );
  await receiveAll(client, abortSignal, turns.closed, (inbound) => {
    services.api.quota.countDelivery();
    sink({ lastInboundAt: Date.now(), lastEventAt: Date.now() });
    conversations.receive(inbound);
  });
}

/** @throws what `broken` rejects with: without its store an account can keep nothing, and the host starts it again. */
async function receiveAll(
  client: StreamClient,
  signal: AbortSignal,
  broken: Promise<void>,
  receive: (inbound: Inbound) => void,
): Promise<void> {
  const close = (): void => void client[Symbol.asyncDispose]();
  signal.addEventListener("abort", close, { once: true });
  const closed = broken.finally(close);
  closed.catch(() => undefined);
  try {
    for await (const inbound of client) receive(inbound);
    if (!signal.aborted) await closed;
  } finally {
    signal.removeEventListener("abort", close);
  }
}
