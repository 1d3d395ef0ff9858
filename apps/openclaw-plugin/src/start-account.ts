import { ConfigError } from "@dingtalk-kit/protocol";
import { createAccountStatusSink, waitUntilAbort } from "openclaw/plugin-sdk/channel-outbound";

import { failureLine } from "./failure.ts";
import type { GatewayContext } from "./host-types.ts";
import { createHostLogger } from "./log.ts";
import { runAccount } from "./run-account.ts";
import { shortLine } from "./short-line.ts";

const silentSink = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Runs one account. The promise of an account stays pending until the host aborts it, also when the account cannot start:
 * an early end would only make the host try again and again.
 */
export async function startAccount(ctx: GatewayContext): Promise<void> {
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
    const blocked = await runAccount(ctx, sink, log).catch(configMistake);
    if (blocked === undefined || abortSignal.aborted) return;
    log.error(`not started: ${blocked}`);
    sink({ connected: false, lifecycle: "blocked", lastError: shortLine(blocked) });
    await waitUntilAbort(abortSignal);
  } catch (error) {
    if (abortSignal.aborted) return;
    // Nothing the user did: the host starts the account again, more slowly each time.
    log.error(`stopped unexpectedly: ${failureLine(error)}`);
    throw error;
  } finally {
    sink({ running: false, connected: false, lifecycle: "stopped", lastStopAt: Date.now() });
  }
}

/** What only shows when it is used, such as a file that is not there. The user has to mend it: no retry would help. */
function configMistake(error: unknown): string {
  if (error instanceof ConfigError) return `config: ${error.message}`;
  throw error;
}
