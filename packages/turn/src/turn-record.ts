import type { EarlierMessages, JsonValue, MessageKey, ReplyEnd, StatePort } from "@dingtalk-kit/protocol";

/** One thing that happened to a message, for `explain`. Holds no message text. */
export interface TurnStep {
  readonly atMs: number;
  /** What happened, as a stable word such as `claimed`, `denied`, `card`, `answered`. */
  readonly step: string;
  readonly detail: string | undefined;
}

/** How a turn ended. */
export interface TurnOutcome {
  /**
   * `answered`: by the agent. `explained`: with a sentence of ours in its place. `ignored`: access said no, or there was
   * nothing to say. `stopped`: by the person. `recalled`: the message was taken back.
   */
  readonly kind: "answered" | "explained" | "ignored" | "stopped" | "recalled";
  /** Why, as a stable word. */
  readonly reason?: string | undefined;
}

/** What is remembered of the turn of one message, beside the message itself. */
export interface TurnRecord {
  readonly lane: string;
  /** The latest {@link MAX_STEPS}. */
  readonly steps: readonly TurnStep[];
  /** Card of the answer, from just before it is delivered. */
  readonly outTrackId: string | undefined;
  /** Last words, from just before they are shown until the turn has ended. */
  readonly end: { readonly text: string; readonly state: ReplyEnd } | undefined;
  readonly messages: EarlierMessages | undefined;
  /** DingTalk's receipts of the messages that were sent. */
  readonly receipts: readonly string[];
  /** Messages that a crash left uncertain and that were sent again. */
  readonly repeats: number;
  readonly outcome: TurnOutcome | undefined;
}

export const MAX_STEPS = 50;
const NAMESPACE = "turn";

export const turnKey = ({ robotCode, messageId }: MessageKey): string =>
  JSON.stringify([robotCode, messageId]);

/** The record of one message as it is now. @throws what the state throws. */
export async function readTurnRecord(
  state: Pick<StatePort, "get">,
  key: MessageKey,
): Promise<TurnRecord | undefined> {
  return (await loadRecord(state, key))?.record;
}

/** Whether an earlier process has left a card open for this message. @throws what the state throws. */
export async function hasOpenCard(state: Pick<StatePort, "get">, key: MessageKey): Promise<boolean> {
  const record = await readTurnRecord(state, key);
  return record?.outTrackId !== undefined && record.outcome === undefined;
}

/** Forgets the record of one message: to erase a person. @returns whether there was one. */
export function eraseTurnRecord(state: StatePort, key: MessageKey): Promise<boolean> {
  return state.delete(NAMESPACE, turnKey(key));
}

export interface StoredRecord {
  readonly record: TurnRecord;
  readonly version: string;
  readonly expiresAtMs: number | undefined;
}

export async function loadRecord(
  state: Pick<StatePort, "get">,
  key: MessageKey,
): Promise<StoredRecord | undefined> {
  const entry = await state.get(NAMESPACE, turnKey(key));
  if (entry === undefined) return undefined;
  const { version, expiresAtMs } = entry;
  return { record: recordOf(entry.value), version, expiresAtMs };
}

/** @returns the new version; `undefined` when somebody else has written meanwhile. */
export function storeRecord(
  state: StatePort,
  key: MessageKey,
  write: {
    readonly record: TurnRecord;
    readonly expectedVersion: string | undefined;
    readonly expiresAtMs: number | undefined;
  },
): Promise<string | undefined> {
  const { record, expectedVersion, expiresAtMs } = write;
  return state.compareAndSet(NAMESPACE, turnKey(key), {
    expectedVersion,
    value: jsonOf(record),
    expiresAtMs,
  });
}

function jsonOf(record: TurnRecord): JsonValue {
  const { lane, steps, outTrackId, end, messages, receipts, repeats, outcome } = record;
  return {
    lane,
    steps: steps.map(({ atMs, step, detail }) =>
      detail === undefined ? [atMs, step] : [atMs, step, detail],
    ),
    ...(outTrackId !== undefined && { outTrackId }),
    ...(end !== undefined && { end: { ...end } }),
    ...(messages !== undefined && { messages: { ...messages, from: messages.from ?? null } }),
    ...(receipts.length > 0 && { receipts }),
    ...(repeats > 0 && { repeats }),
    ...(outcome !== undefined && {
      outcome: { kind: outcome.kind, ...(outcome.reason !== undefined && { reason: outcome.reason }) },
    }),
  };
}

/** Lenient: what cannot be read is as good as not there. A newer version may have written it. */
function recordOf(value: JsonValue): TurnRecord {
  const fields = fieldsOf(value);
  const repeats = fields["repeats"];
  return {
    lane: textOf(fields["lane"]) ?? "",
    steps: listOf(fields["steps"]).flatMap(stepOf),
    outTrackId: textOf(fields["outTrackId"]),
    end: endOf(fields["end"]),
    messages: messagesOf(fields["messages"]),
    receipts: listOf(fields["receipts"]).filter((receipt) => typeof receipt === "string"),
    repeats: typeof repeats === "number" ? repeats : 0,
    outcome: outcomeOf(fields["outcome"]),
  };
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function stepOf(value: unknown): TurnStep[] {
  const [atMs, step, detail] = listOf(value);
  if (typeof atMs !== "number" || typeof step !== "string") return [];
  return [{ atMs, step, detail: textOf(detail) }];
}

function endOf(value: unknown): TurnRecord["end"] {
  const { text, state } = fieldsOf(value);
  if (typeof text !== "string") return undefined;
  return { text, state: state === "FAILED" ? "FAILED" : "FINISHED" };
}

function messagesOf(value: unknown): EarlierMessages | undefined {
  const { whole, from, sent, uncertain } = fieldsOf(value);
  if (typeof sent !== "number") return undefined;
  return {
    whole: whole === true,
    from: typeof from === "number" ? from : undefined,
    sent,
    uncertain: uncertain === true,
  };
}

const OUTCOMES: readonly TurnOutcome["kind"][] = ["answered", "explained", "ignored", "stopped", "recalled"];

function outcomeOf(value: unknown): TurnOutcome | undefined {
  const fields = fieldsOf(value);
  const kind = OUTCOMES.find((known) => known === fields["kind"]);
  return kind && { kind, reason: textOf(fields["reason"]) };
}
