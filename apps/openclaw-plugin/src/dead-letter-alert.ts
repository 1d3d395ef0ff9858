import type { Clock, MessageKey } from "@dingtalk-kit/protocol";

import type { OwnerAlerts } from "./owner-alerts.ts";

/** Many messages may fail for one reason: after an alert the next ones are gathered for so long. Milliseconds. */
const GATHER_MS = 900_000;

/** Alerts of messages that were set aside: of the first at once, of those that follow in one message. */
export function createDeadLetterAlert(
  alerts: OwnerAlerts,
  clock: Clock,
): Disposable & { readonly seen: (key: MessageKey, reason: string) => void } {
  let gathering: Disposable | undefined;
  /** Whether one was set aside since the last alert. */
  let isNews = false;
  let untold = 0;
  let latest = { messageId: "", reason: "" };

  const tell = (): void => {
    gathering = undefined;
    if (!isNews) return;
    isNews = false;
    const count = untold;
    // One that was not sent yet is replaced: this one tells of its messages, too.
    alerts.raise("dead-letter", { kind: "dead-letter", ...latest, more: count - 1 }, () => {
      untold -= count;
    });
    gathering = clock.after(GATHER_MS, tell);
  };
  return {
    seen({ messageId }, reason) {
      latest = { messageId, reason };
      isNews = true;
      untold += 1;
      if (gathering === undefined) tell();
    },
    [Symbol.dispose]: () => gathering?.[Symbol.dispose](),
  };
}
