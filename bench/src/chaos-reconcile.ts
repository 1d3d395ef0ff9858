import { join } from "node:path";

import { openSqliteStore } from "@dingtalk-kit/store";
import { readTurnRecord } from "@dingtalk-kit/turn";
import type { LedgerEntry } from "dingtalk-simulator";

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
    const verdict = judge(entry, await store.inbox.show(key), await readTurnRecord(store.state, key));
    counts[verdict.name] = (counts[verdict.name] ?? 0) + 1;
    if (!verdict.explained)
      unexplained.push(`${verdict.name}: "${entry.text}" of ${entry.from}, ${entry.messageId}`);
  }
  return { counts, unexplained };
}

interface Verdict {
  readonly name: string;
  readonly explained: boolean;
}

function judge(
  entry: LedgerEntry,
  kept: { readonly state: string; readonly reason: string | undefined } | undefined,
  record: Awaited<ReturnType<typeof readTurnRecord>>,
): Verdict {
  const whole = entry.answers.filter(({ state }) => state === "FINISHED").length;
  if (kept === undefined) return { name: "never kept", explained: false };
  if (kept.state === "waiting" || kept.state === "running")
    return { name: `still ${kept.state}`, explained: false };
  if (kept.state === "dropped")
    return { name: `dropped (${kept.reason ?? ""})`, explained: kept.reason === "recalled" };
  if (whole === 1) return { name: "answered once", explained: true };
  if (whole > 1) {
    const open = (record?.repeats ?? 0) > 0;
    return { name: open ? "repeated after a crash, counted" : "answered more than once", explained: open };
  }
  if (kept.state === "dead") return { name: `dead letter (${kept.reason ?? ""})`, explained: true };
  const { kind, reason } = record?.outcome ?? {};
  if (kind === undefined) return { name: "done without a record", explained: false };
  if (entry.text === "/stop") return { name: "stop", explained: true };
  return { name: `${kind}${reason === undefined ? "" : ` (${reason})`}`, explained: kind !== "answered" };
}
