/** One row of the acceptance checklist: what a seed document promises, in our words, and where it stands. */
export interface Row {
  readonly id: RowId;
  /** What must hold, one sentence. */
  readonly holds: string;
  readonly state: RowState;
}

/** `S<seed>-<number>`, for example `S0-57`. */
export type RowId = `S${SeedNumber}-${string}`;

export type SeedNumber = 0 | 1 | 2 | 3 | 4;

export type RowState =
  /** A test proves it, as the ruling says where there is one, and names the row. */
  | { readonly kind: "tested"; readonly ruling?: string | undefined }
  /** The seeds contradict each other or the platform; the ruling says what holds instead, and it does. */
  | { readonly kind: "ruled"; readonly ruling: string }
  /** Not there yet; with a ruling, the ruling is what has to be built. */
  | { readonly kind: "open"; readonly milestone: Milestone; readonly ruling?: string | undefined };

/** The milestones that come: see docs/requirements.md. */
export type Milestone = "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J";

/** A row that a test proves, as its ruling says when it has one. */
export function tested(id: RowId, holds: string, ruling?: string): Row {
  return { id, holds, state: { kind: "tested", ruling } };
}

/** A row that holds in another form than the seed gives it. */
export function ruled(id: RowId, holds: string, ruling: string): Row {
  return { id, holds, state: { kind: "ruled", ruling } };
}

/** A row that the milestone closes, as its ruling says when it has one. */
export function open(milestone: Milestone, id: RowId, holds: string, ruling?: string): Row {
  return { id, holds, state: { kind: "open", milestone, ruling } };
}
