import type { Clock, Logger } from "@dingtalk-kit/protocol";
import { StoreError } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";

/** How long to wait before the store is tried again. Milliseconds. */
const RETRY_MS = 15_000;

export interface PatientOpening {
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Told why the account has to wait, each time the reason changes. */
  readonly onBlocked: (reason: string) => void;
}

/**
 * Opens a store, and waits where it refuses until somebody has mended it: an account that started without one would
 * take messages that it cannot keep, and one that gave up would be started again and again.
 *
 * @returns undefined when `signal` aborts first.
 */
export async function openPatiently(
  open: () => Promise<Store>,
  { clock, log, signal, onBlocked }: PatientOpening,
): Promise<Store | undefined> {
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      const store = await open();
      if (told !== undefined) log.info("the inbox can be used now");
      return store;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.message !== told) {
        told = error.message;
        log.error(`not started: store: ${told}. It is tried again every ${RETRY_MS / 1_000} s`);
        onBlocked(`store: ${told}`);
      }
    }
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
  return undefined;
}
