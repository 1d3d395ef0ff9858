import { createApiLimits } from "@dingtalk-kit/api";
import type { ApiLimits } from "@dingtalk-kit/api";
import { silentLogger } from "@dingtalk-kit/protocol";
import type { Clock, Logger } from "@dingtalk-kit/protocol";

import { processWide } from "./process-wide.ts";

interface AppLimits {
  readonly limits: ApiLimits;
  /** Of the account that runs now: a log ends with its account, the limits do not. */
  log: Logger;
}

const apps = processWide("api-limits-1", () => new Map<string, AppLimits>());

/**
 * Pace, quota and circuit breaker of one app: DingTalk limits apps, whoever calls in their name. The same ones for every
 * account, command and probe of this process, before and after a reload.
 *
 * @param log - where the app's limits report from now on; a silent one leaves it as it is.
 * @param clock - taken by the first who asks for this app. The system's by default
 */
export function limitsOf(clientId: string, log: Logger, clock?: Clock): ApiLimits {
  const known = apps().get(clientId);
  if (known !== undefined) {
    if (log !== silentLogger) known.log = log;
    return known.limits;
  }
  const app: AppLimits = {
    limits: createApiLimits({}, { log: forwardTo(() => app.log), ...(clock && { clock }) }),
    log,
  };
  apps().set(clientId, app);
  return app.limits;
}

function forwardTo(target: () => Logger): Logger {
  return {
    trace: (message, fields) => target().trace(message, fields),
    debug: (message, fields) => target().debug(message, fields),
    info: (message, fields) => target().info(message, fields),
    warn: (message, fields) => target().warn(message, fields),
    error: (message, fields) => target().error(message, fields),
    child: (bindings) => forwardTo(() => target().child(bindings)),
  };
}
