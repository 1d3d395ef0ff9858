import type { Logger } from "@dingtalk-kit/protocol";

/** Whether messages can be kept. Speaks of changes alone: a full disk must not fill the log as well. */
export interface StoreHealth {
  good(): void;
  bad(error: Error): void;
}

export function createStoreHealth(log: Logger, onChange: (problem: Error | undefined) => void): StoreHealth {
  let problem: Error | undefined;
  return {
    good() {
      if (problem === undefined) return;
      problem = undefined;
      log.info("messages can be kept again");
      onChange(undefined);
    },
    bad(error) {
      if (problem?.message === error.message) return;
      problem = error;
      log.error("messages cannot be kept and are not acknowledged: DingTalk will deliver them again", {
        error,
      });
      onChange(error);
    },
  };
}
