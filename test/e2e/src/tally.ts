import type { LedgerAnswer, LedgerEntry, SaidMessage, Simulator } from "dingtalk-simulator";

/** What became of one message, for people. */
interface Row {
  readonly outcome: LedgerEntry["outcome"];
  readonly answers: number;
  readonly state: string;
  readonly complete: boolean;
  readonly deliveries: number;
}

/** What became of all of them. */
export interface Tally {
  readonly sent: number;
  /** Exactly once, whole, and at its end. */
  readonly answered: number;
  readonly lost: number;
  readonly doubled: number;
  readonly openCards: number;
  readonly reactionsLeft: number;
}

const OPEN: readonly (string | undefined)[] = ["PROCESSING", "INPUTING"];
/** The ends of what the stand-in model says. */
const WHOLE = /it has been answering ever since\.|Ask me for `code` or for a `story` to see more\./;

/** Counts what people see of the robot's answers to `said`. */
export function tally(simulator: Simulator, said: readonly SaidMessage[]): Tally {
  const entries = entriesOf(simulator, said);
  const all = simulator.messages();
  return {
    sent: said.length,
    answered: entries.filter((entry) => entry.outcome === "answered-once" && isWhole(entry.answers[0]))
      .length,
    lost: entries.filter(({ answers }) => answers.length === 0).length,
    doubled: entries.filter(({ answers }) => answers.length > 1).length,
    openCards: all.filter(({ kind, state }) => kind === "card" && OPEN.includes(state)).length,
    reactionsLeft: all.filter(({ reactions }) => reactions.length > 0).length,
  };
}

/** What {@link tally} gives when nothing went wrong. */
export function allWell(sent: number): Tally {
  return { sent, answered: sent, lost: 0, doubled: 0, openCards: 0, reactionsLeft: 0 };
}

/** Prints what became of each message, and the sums. */
export function printTally(
  title: string,
  simulator: Simulator,
  said: Readonly<Record<string, SaidMessage>>,
  more: object = {},
): void {
  const rows: Record<string, Row> = {};
  for (const [name, message] of Object.entries(said)) {
    const [entry] = entriesOf(simulator, [message]);
    if (entry !== undefined) rows[name] = rowOf(entry);
  }
  console.log(title);
  console.table(rows);
  console.table([{ ...tally(simulator, Object.values(said)), ...more }]);
}

function entriesOf(simulator: Simulator, said: readonly SaidMessage[]): readonly LedgerEntry[] {
  const ids = new Set(said.map(({ messageId }) => messageId));
  return simulator.ledger().filter(({ messageId }) => ids.has(messageId));
}

function rowOf({ outcome, answers, deliveries }: LedgerEntry): Row {
  const states = answers.map(({ kind, state }) => `${kind} ${state}`);
  const complete = answers.length > 0 && answers.every(isWhole);
  return {
    outcome,
    answers: answers.length,
    state: states.join(", "),
    complete,
    deliveries: deliveries.length,
  };
}

const isWhole = (answer: LedgerAnswer | undefined): boolean =>
  answer !== undefined && answer.state === "FINISHED" && WHOLE.test(answer.text);
