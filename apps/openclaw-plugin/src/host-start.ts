import type { Clock, Logger } from "@dingtalk-kit/protocol";

/** The host owns its database a few seconds after its start; until then it may refuse to dispatch. */
const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;

export interface HostStart {
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Asked after a refusal: whether nothing has happened yet that must not happen twice. @defaultValue always */
  readonly mayRepeat?: (() => boolean) | undefined;
}

/** Does `work`, again and again while the host is still starting. @throws what `work` throws otherwise. */
export async function whileHostStarts<T>(work: () => Promise<T>, start: HostStart): Promise<T> {
  for (const delayMs of DELAYS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isStartupContention(error) || start.mayRepeat?.() === false) throw error;
      start.log.info("OpenClaw is still starting; the message is tried again", { delayMs });
    }
    await start.clock.sleep(delayMs, start.signal);
  }
  return work();
}

/** The host cannot take work now, and will soon: it is starting, or about to restart. */
export function isHostBusy(error: unknown): boolean {
  return hasName(error, "StateDatabaseCoordinatorContentionError") || hasName(error, "GatewayDrainingError");
}

/** Observed in 2026.9.6 with the first message right after /readyz, not documented. */
function isStartupContention(error: unknown): boolean {
  return hasName(error, "StateDatabaseCoordinatorContentionError");
}

function hasName(error: unknown, name: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === name) return true;
  }
  return false;
}
