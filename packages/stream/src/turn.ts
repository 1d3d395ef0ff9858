import type { ReconnectOptions } from "./reconnect.ts";
import type { Action } from "./stream-state.ts";

/** What a decision takes from its surroundings. */
export interface Moment {
  readonly nowMs: number;
  /** In [0, 1), for jitter. */
  readonly random: number;
}

/** One transition under way: what it decides is collected in `actions`. */
export interface Turn extends Moment {
  readonly options: ReconnectOptions;
  readonly actions: Action[];
}
