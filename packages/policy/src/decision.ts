import type { DenyReason, DispatchReason, PairReason, SkipReason } from "./reasons.ts";

/** What a sender may do beyond chatting: nothing, use control commands, or use every command. */
export type SenderRights = "none" | "command" | "owner";

/** What led to an agent. `caller`: the policy names none, so whoever asks decides. */
export type AgentSource = "keyword" | "group" | "group-default" | "default" | "caller";

/** The message goes to an agent. */
export interface Dispatch {
  readonly kind: "dispatch";
  readonly reason: DispatchReason;
  /** `undefined` when the policy names none. */
  readonly agent: string | undefined;
  readonly agentFrom: AgentSource;
  /** The keyword that was found, as the user wrote it. */
  readonly keyword: string | undefined;
  readonly rights: SenderRights;
}

/** A stranger in a 1:1 chat gets a pairing code; the message is not answered. */
export interface Pair {
  readonly kind: "pair";
  readonly reason: PairReason;
}

/** The message is refused. Whether the sender hears why: see {@link replyToDenial}. */
export interface Deny {
  readonly kind: "deny";
  readonly reason: DenyReason;
  /** Milliseconds until the same message would pass, where that is known. */
  readonly retryAfterMs?: number | undefined;
}

/** The message was not meant for the robot, or the robot was told to stay out. Nobody is answered, ever. */
export interface Skip {
  readonly kind: "skip";
  readonly reason: SkipReason;
}

/** What becomes of one message. A value, never an error. */
export type Decision = Dispatch | Pair | Deny | Skip;
