import { mayHaveArrived } from "./failure.ts";

/** Whether a call may have taken effect although it failed, over all its attempts. */
export interface Doubt {
  readonly raised: boolean;
  /** Makes one attempt. */
  watch<T>(attempt: () => Promise<T>): Promise<T>;
}

export function createDoubt(): Doubt {
  let raised = false;
  return {
    get raised() {
      return raised;
    },
    async watch(attempt) {
      try {
        return await attempt();
      } catch (error) {
        raised ||= mayHaveArrived(error);
        throw error;
      }
    },
  };
}
