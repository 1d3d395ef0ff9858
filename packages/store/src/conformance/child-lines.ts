import type { StoreLimits } from "./store-under-test.ts";

/** What a child process is started for. */
export interface ChildTask {
  /** `serve`: append what is told and work on what can be claimed. `claim`: claim one message and hold it. */
  readonly kind: "serve" | "claim";
  /** The module that exports `openStore`. */
  readonly module: string;
  readonly place: string;
  readonly limits: StoreLimits;
  /** File that gets a line for each thing that happens. Written at once, so that it survives the process. */
  readonly log: string;
  readonly seed: number;
  readonly turns: TurnShape;
}

/** How turns go in a child process. */
export interface TurnShape {
  readonly atOnce: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Share of turns that fail and are retried. */
  readonly failShare: number;
}

/** A message to append: the `index`-th of its lane. */
export interface Order {
  readonly lane: string;
  readonly index: number;
  readonly messageId: string;
}

/** A line to a child process. The end of the lines tells it to stop. */
export type ToChild =
  | { readonly kind: "append"; readonly order: Order }
  /** All is appended: say `idle` when nothing is left to do. */
  | { readonly kind: "finish" };

/** A line from a child process. */
export type FromChild =
  /** With what was done before. */
  | { readonly kind: "ready"; readonly done: number }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "acked"; readonly messageId: string; readonly result: string }
  | { readonly kind: "finished"; readonly messageId: string }
  | {
      readonly kind: "claimed";
      readonly messageId: string;
      readonly attempt: number;
      readonly exhausted: boolean;
    }
  | { readonly kind: "idle" };

/** A line of the log. All processes write to one file, one after the other. */
export type LogLine =
  /** A process has opened the store; all turns of earlier ones have ended. */
  { readonly kind: "boot" } | ({ readonly kind: "start" | "effect" | "end" | "finished" } & Order);
