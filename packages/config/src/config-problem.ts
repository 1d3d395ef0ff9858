/** What a problem is about, for callers that put several into one line. */
export type ProblemKind =
  /** A value of the wrong type, out of range, or that cannot be filled in. */
  | "misfit"
  /** Two values that cannot both hold, or one that lets nobody in. */
  | "contradiction"
  /** A value that was understood, but is better written another way. */
  | "spelling"
  /** A key that other DingTalk plugins have, and that does nothing here. */
  | "retired"
  /** A key that is understood, but has no effect in this version. */
  | "not-yet"
  /** A key that nobody knows. */
  | "unknown";

/**
 * Something in the user's configuration that deserves a line in the log.
 * `error`: the account cannot start as written. `warning`: it starts, and this is what was done about it.
 */
export interface ConfigProblem {
  readonly severity: "error" | "warning";
  readonly kind: ProblemKind;
  /** Where the user wrote it: `channels.dingtalk.accounts.sales.messageType`, or the name of a variable. */
  readonly path: string;
  /** One sentence with what was found and what is allowed. Never holds a secret. */
  readonly message: string;
  /** For an unknown key: the key that was probably meant. */
  readonly suggestion?: string | undefined;
}
