import type { Logger } from "@dingtalk-kit/protocol";
import { silentLogger } from "@dingtalk-kit/protocol";
import { probeStream } from "@dingtalk-kit/stream";

import type { DingTalkAccount } from "./accounts.ts";
import { failureLine } from "./failure.ts";
import { createServices, credentialsOf } from "./services.ts";

/** What `openclaw channels status --probe` shows. */
export interface ProbeResult {
  readonly ok: boolean;
  /** Where the Stream socket would go. */
  readonly endpoint?: string;
  readonly error?: string;
}

/**
 * Fetches an access token and registers for a connection, without subscribing to robot messages: a probe that did would
 * take live messages away from the gateway.
 */
export async function probeAccount(
  account: DingTalkAccount,
  timeoutMs: number,
  log: Logger = silentLogger,
): Promise<ProbeResult> {
  try {
    await using services = createServices(account, log);
    await services.api.token.get(AbortSignal.timeout(timeoutMs));
    const { endpoints } = account.settings ?? {};
    const probed = await probeStream(
      { ...credentialsOf(account), endpoints, openTimeoutMs: Math.min(Math.max(timeoutMs, 100), 120_000) },
      { net: services.net },
    );
    return probed.ok
      ? { ok: true, endpoint: probed.endpoint }
      : { ok: false, error: failureLine(probed.error) };
  } catch (error) {
    return { ok: false, error: failureLine(error) };
  }
}
