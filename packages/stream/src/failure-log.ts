import type { Logger } from "@dingtalk-kit/protocol";

import type { ConnectFailure } from "./connect-failure.ts";
import type { Retry } from "./reconnect.ts";

/** Writes one line per change: a failure that repeats itself is a debug line until it alerts or becomes another. */
export interface FailureLog {
  write(failure: ConnectFailure, retry: Retry): void;
  /** The next failure is news again. */
  reset(): void;
}

export function alertText(failure: ConnectFailure, retry: Retry): string {
  const what = failure.fatal
    ? "DingTalk refuses the credentials"
    : `no connection to DingTalk after ${retry.streak.failures} attempts in a row`;
  return `${what}; retrying at the longest delay. Last failure: ${failure.error.message}`;
}

export function createFailureLog(log: Logger): FailureLog {
  let last: string | undefined;
  return {
    write(failure, retry) {
      const { stage, status, code } = failure.fields;
      const kind = [failure.error.code, stage, status, code].join(" ");
      const fields = { ...failure.fields, attempt: retry.streak.failures, retryInMs: retry.delayMs };
      const line = `Failed to establish connection: ${failure.error.message}`;
      if (retry.alert) log.error(line, { ...fields, alert: alertText(failure, retry) });
      else if (kind === last) log.debug(line, fields);
      else log.warn(line, fields);
      last = kind;
    },
    reset() {
      last = undefined;
    },
  };
}
