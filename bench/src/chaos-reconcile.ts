import { join } from "node:path";

import { openSqliteStore } from "@dingtalk-kit/store";
import { readTurnRecord } from "@dingtalk-kit/turn";
import type { LedgerEntry, ShownCard } from "dingtalk-simulator";

import type { GatewayStage } from "./gateway-stage.ts";

/** What became of all that was said. Every message is in exactly one of the counts. */
export interface Reconciled {
  readonly counts: Readonly<Record<string, number>>;
  /** Messages that nobody can explain: lost, or answered more than once without a crash having left it open. */
  readonly unexplained: readonly string[];
}

/** Holds what people saw against what the plugin wrote down. The gateway must have stopped. */
export async function reconcile({ simulator, home }: GatewayStage): Promise<Reconciled> {
  const { clientId } = simulator.app;
  const file = join(home.folder, "state", "dingtalk", encodeURIComponent(clientId), "inbox.db");
  await using store = await openSqliteStore({ file });
  const counts: Record<string, number> = {};
  const unexplained: string[] = [];
  const entries = simulator.ledger((answer, message) => answer.text.includes(`**${message.text}**`));
  for (const entry of entries) {
    const key = { robotCode: clientId, messageId: entry.messageId };
    const record = await readTurnRecord(store.state, key);
    const own = simulator.cards().find(({ outTrackId }) => outTrackId === record?.outTrackId);
    const verdict = judge(wholeAnswers(entry, own, record), entry, {
      kept: await store.inbox.show(key),
      record,
    });
    counts[verdict.name] = (counts[verdict.name] ?? 0) + 1;
    if (verdict.explained) continue;
    const steps = record?.steps.map(({ step, detail }) => `${step} ${detail ?? ""}`.trim()) ?? [];
    unexplained.push(
      [
        `${verdict.name}: "${entry.text}" of ${entry.from}, ${entry.messageId}`,
        `    steps: ${steps.join(" | ")}`,
        `    card: ${own === undefined ? "none" : `${own.state} ${JSON.stringify(own.text.slice(0, 200))}`}`,
      ].join("\n"),
    );
  }
  return { counts, unexplained };
}

interface Verdict {
  readonly name: string;
  readonly explained: boolean;
}

/**
 * Complete answers to a message: those that repeat its text, and its own card, whose words are about something else when
 * the host gave the model a note of its own to answer.
 */
function wholeAnswers(
  entry: LedgerEntry,
  own: ShownCard | undefined,
  record: Awaited<ReturnType<typeof readTurnRecord>>,
): number {
  const whole = entry.answers.filter(({ state }) => state === "FINISHED");
  const counted = whole.some(({ kind, text }) => kind === "card" && text === own?.text);
  const inCard = own?.state === "FINISHED" && !counted;
  // A card that was lost is closed as failed, and the whole answer follows in messages.
  const inMessages =
    whole.length === 0 && !inCard && record?.messages?.whole === true && record.messages.sent > 0;
  return whole.length + (inCard || inMessages ? 1 : 0);
}

function judge(
  whole: number,
  { text, acks }: LedgerEntry,
  by: {
    readonly kept: { readonly state: string; readonly reason: string | undefined } | undefined;
    readonly record: Awaited<ReturnType<typeof readTurnRecord>>;
  },
): Verdict {
  const { kept, record } = by;
  const acknowledged = acks.length > 0;
  // A half-open socket swallows what DingTalk pushes into it; what was acknowledged must have been kept.
  if (kept === undefined && !acknowledged)
    return { name: "lost on the way, never acknowledged", explained: true };
  if (kept === undefined) return { name: "acknowledged, and not kept", explained: false };
  if (kept.state === "waiting" || kept.state === "running")
    return { name: `still ${kept.state}`, explained: false };
  if (kept.state === "dropped")
    return { name: `dropped (${kept.reason ?? ""})`, explained: kept.reason === "recalled" };
  if (text === "/stop") return { name: "stop", explained: true };
  if (whole === 1) return { name: "answered once", explained: true };
  if (whole > 1) {
    const open = (record?.repeats ?? 0) > 0;
    return { name: open ? "repeated after a crash, counted" : "answered more than once", explained: open };
  }
  if (kept.state === "dead") return { name: `dead letter (${kept.reason ?? ""})`, explained: true };
  const { kind, reason } = record?.outcome ?? {};
  if (kind === undefined) return { name: "done without a record", explained: false };
  return { name: `${kind}${reason === undefined ? "" : ` (${reason})`}`, explained: kind !== "answered" };
}
