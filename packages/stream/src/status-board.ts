import type { Logger } from "@dingtalk-kit/protocol";

import { INITIAL_STATUS } from "./status.ts";
import type { StreamStatus } from "./status.ts";

/** Holds the status and tells its observer. */
export interface StatusBoard {
  readonly status: StreamStatus;
  set(change: Partial<StreamStatus>): void;
}

/** A fault in the observer is logged and stops nothing. */
export function createStatusBoard(onStatus: (status: StreamStatus) => void, log: Logger): StatusBoard {
  let status = INITIAL_STATUS;
  return {
    get status() {
      return status;
    },
    set(change) {
      if (status.state === "closed") return;
      status = { ...status, ...change };
      try {
        onStatus(status);
      } catch (error) {
        log.error("onStatus threw", { error });
      }
    },
  };
}
