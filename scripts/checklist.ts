/** Holds the checklist's rows against the rows that tests name. Pure: data in, findings out. */
import type { Row, RowState } from "../test/requirements/row.ts";
import type { Mention } from "./find-row-ids.ts";

export type StateCounts = Record<RowState["kind"], number>;

export interface Findings {
  /** Counts for each seed, `S0` first, and `total` last. */
  readonly counts: Readonly<Record<string, StateCounts>>;
  /** How many open rows each milestone has to close. */
  readonly openByMilestone: Readonly<Record<string, number>>;
  /** One sentence for each disagreement; empty when all is well. */
  readonly problems: readonly string[];
  /** Open rows that tests name: their data is to be changed to tested. */
  readonly provedButOpen: readonly string[];
}

export function checkRows(
  rows: readonly Row[],
  rowsPerSeed: readonly number[],
  mentions: readonly Mention[],
): Findings {
  const named = new Set(mentions.map(({ id }) => id));
  const provedButOpen = rows
    .filter(({ id, state }) => state.kind === "open" && named.has(id))
    .map(({ id }) => id);
  return {
    counts: countStates(rows),
    openByMilestone: countMilestones(rows),
    problems: [
      ...rowProblems(rows, rowsPerSeed),
      ...unknownMentions(rows, mentions),
      ...rows
        .filter(({ id, state }) => state.kind === "tested" && !named.has(id))
        .map(({ id }) => `${id} is called tested, but no test names it`),
      ...provedButOpen.map((id) => `${id} is called open, but ${whereNamed(id, mentions)} names it`),
    ],
    provedButOpen,
  };
}

function countStates(rows: readonly Row[]): Record<string, StateCounts> {
  const counts: Record<string, StateCounts> = {};
  const total = emptyCounts();
  for (const { id, state } of rows) {
    const seed = (counts[id.slice(0, 2)] ??= emptyCounts());
    seed[state.kind] += 1;
    total[state.kind] += 1;
  }
  return { ...counts, total };
}

function countMilestones(rows: readonly Row[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of rows) {
    if (state.kind === "open") counts[state.milestone] = (counts[state.milestone] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Ids run without a gap from 01 to the seed's last row, each once. */
function rowProblems(rows: readonly Row[], rowsPerSeed: readonly number[]): string[] {
  const expected = rowsPerSeed.flatMap((count, seed) =>
    Array.from({ length: count }, (_, index) => `S${seed}-${String(index + 1).padStart(2, "0")}`),
  );
  const present = new Set<string>(rows.map(({ id }) => id));
  const seen = new Set<string>();
  const repeated = rows.filter(({ id }) => seen.size === seen.add(id).size);
  return [
    ...expected.filter((id) => !present.has(id)).map((id) => `${id} is missing`),
    ...[...present].filter((id) => !expected.includes(id)).map((id) => `${id} is no row of its seed`),
    ...repeated.map(({ id }) => `${id} is there twice`),
    ...rows.filter(({ holds }) => holds.trim() === "").map(({ id }) => `${id} does not say what must hold`),
  ];
}

function unknownMentions(rows: readonly Row[], mentions: readonly Mention[]): string[] {
  const known = new Set<string>(rows.map(({ id }) => id));
  return mentions
    .filter(({ id }) => !known.has(id))
    .map(({ id, file, line }) => `${file}:${line} names ${id}, which is no row of the checklist`);
}

function whereNamed(id: string, mentions: readonly Mention[]): string {
  const mention = mentions.find((candidate) => candidate.id === id);
  return mention === undefined ? "a test" : `${mention.file}:${mention.line}`;
}

function emptyCounts(): StateCounts {
  return { tested: 0, ruled: 0, open: 0 };
}
