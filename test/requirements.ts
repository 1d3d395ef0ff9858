import type { Row } from "./requirements/row.ts";
import { s0 } from "./requirements/s0.ts";
import { s1 } from "./requirements/s1.ts";
import { s2 } from "./requirements/s2.ts";
import { s3 } from "./requirements/s3.ts";
import { s4 } from "./requirements/s4.ts";

/**
 * The acceptance checklist: every row of the five seed documents, with its state.
 *
 * A test names the rows it proves in brackets at the end of its title, `[S0-57 S0-51]`; `pnpm requirements`
 * prints the counts and fails when data and tests disagree.
 */
export const requirements: readonly Row[] = [...s0, ...s1, ...s2, ...s3, ...s4];

/** How many rows each seed has, by its number. */
export const rowsPerSeed = [71, 33, 105, 57, 24] as const;
