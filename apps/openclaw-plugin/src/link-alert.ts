import type { Clock, JsonValue, Logger, StatePort } from "@dingtalk-kit/protocol";
import type { StreamStatus } from "@dingtalk-kit/stream";

import { describeFailure } from "./failure.ts";
import type { OwnerAlerts } from "./owner-alerts.ts";

/** A time without a connection that is worth an alert. */
interface Outage {
  readonly sinceMs: number;
  /** Whether the owner knows. */
  readonly told: boolean;
}

export interface LinkAlert extends AsyncDisposable {
  seen(status: StreamStatus): void;
}

const NAMESPACE = "alerts";
const KEY = "link";
/** A connection that has stood for so long is not about to be lost again at once. Milliseconds. */
const STABLE_MS = 60_000;

function outageIn(value: JsonValue | undefined): Outage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const sinceMs: unknown = Reflect.get(value, "sinceMs");
  return typeof sinceMs === "number" ? { sinceMs, told: Reflect.get(value, "told") === true } : undefined;
}

async function readOutage(state: StatePort, log: Logger): Promise<Outage | undefined> {
  try {
    return outageIn((await state.get(NAMESPACE, KEY))?.value);
  } catch (error) {
    log.debug("an earlier outage could not be read", { error });
    return undefined;
  }
}

async function writeOutage(state: StatePort, outage: Outage | undefined): Promise<void> {
  if (outage === undefined) {
    await state.delete(NAMESPACE, KEY);
    return;
  }
  const entry = await state.get(NAMESPACE, KEY);
  const change = { expectedVersion: entry?.version, value: { ...outage } };
  await state.compareAndSet(NAMESPACE, KEY, change);
}

/**
 * Alerts once when a connection is down for good, and once when there is a stable one again. Where the first could not be
 * sent, because DingTalk was out of reach altogether, the second tells of it. An outage is remembered over restarts.
 */
export async function openLinkAlert({
  alerts,
  state,
  clock,
  log,
}: {
  readonly alerts: OwnerAlerts;
  readonly state: StatePort;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<LinkAlert> {
  let outage = await readOutage(state, log);
  /** Whether an alert of it is on its way. */
  let raised = false;
  let stable: Disposable | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (before: Promise<void>, next: Outage | undefined): Promise<void> => {
    await before;
    await writeOutage(state, next).catch((error: unknown) =>
      log.debug("an outage could not be written down", { error }),
    );
  };
  const become = (next: Outage | undefined): void => {
    outage = next;
    writing = write(writing, next);
  };
  const unsettle = (): void => {
    stable?.[Symbol.dispose]();
    stable = undefined;
  };
  const recovered = ({ sinceMs }: Outage, untilMs: number): void => {
    outage = undefined;
    // Until it is sent, the next process would have to tell.
    alerts.raise("link", { kind: "link-up", sinceMs, untilMs }, () => become(outage));
  };
  const down = (status: StreamStatus): void => {
    const { sinceMs, told } = outage ?? { sinceMs: status.downSinceMs ?? clock.nowMs(), told: false };
    if (outage === undefined) become({ sinceMs, told });
    if (told || raised) return;
    raised = true;
    const failure = describeFailure(status.lastError ?? status.alert);
    alerts.raise("link", { kind: "link-down", sinceMs, failure }, () => {
      // Told too late, when it had just come back, is told all the same.
      if (outage?.sinceMs === sinceMs) become({ sinceMs, told: true });
    });
  };

  return {
    seen(status) {
      if (status.state !== "connected") unsettle();
      if (status.state === "connected" && outage !== undefined && stable === undefined) {
        const [over, untilMs] = [outage, status.connectedAtMs ?? clock.nowMs()];
        alerts.withdraw("link");
        raised = false;
        stable = clock.after(STABLE_MS, () => recovered(over, untilMs));
        alerts.hurry();
      }
      if (status.alert !== undefined && status.state !== "closed") down(status);
    },
    async [Symbol.asyncDispose]() {
      unsettle();
      await writing;
    },
  };
}
