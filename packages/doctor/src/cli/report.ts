import type { MigrationChange } from "@dingtalk-kit/config";

import type { MigrateResult } from "../migrate.ts";
import type { RestoreResult } from "../restore.ts";

/** What a migration did or would do, for people. */
export function migrateReport(result: MigrateResult): string {
  const { plan } = result;
  const parts = [
    whatWasRead(result),
    block("Changes", plan.changes.map(changeLine)),
    block("Stays as it is", keptLines(result)),
    block(
      "To look at",
      plan.warnings.map(({ path, message }) => `! ${path}: ${message}`),
    ),
    block(
      "Other DingTalk plugins",
      plan.rivals.map(({ path, message }) => `! ${path}: ${message}`),
    ),
    comments(result),
    block(
      "What to do, in this order",
      result.steps.map((step, index) => `${index + 1}. ${step}`),
    ),
    outcome(result),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** What was put back, for people. */
export function restoreReport({ path, restored, written, backup }: RestoreResult): string {
  if (!written) return `Nothing to do: ${path} is the same as ${restored}.\n`;
  const kept = backup === undefined ? "" : `What stood there is now ${backup}.\n`;
  return `Restored ${path} from ${restored}.\n${kept}`;
}

function whatWasRead({ path, because, takenFrom, plan }: MigrateResult): string {
  const read = because === undefined ? `no config yet, it will be ${path}` : `read ${path} (${because})`;
  const taken = takenFrom === undefined ? [] : [`took DingTalk settings from ${takenFrom}`];
  const found = plan.sources.map(
    ({ path: where, writtenFor }) => `found ${where}, written for ${writtenFor}`,
  );
  return [read, ...taken, ...found].join("\n");
}

function changeLine({ path, from, to, why }: MigrationChange): string {
  if (from === undefined) return `+ ${path}: ${to ?? ""}  (${why})`;
  return to === undefined ? `- ${path}: ${from}  (${why})` : `~ ${path}: ${from} → ${to}  (${why})`;
}

/** One line for each section and reason. */
function keptLines({ plan }: MigrateResult): string[] {
  const lines = new Map<string, string[]>();
  for (const { path, why } of plan.kept) {
    const dot = path.lastIndexOf(".");
    const key = `${path.slice(0, dot)}\n${why}`;
    lines.set(key, [...(lines.get(key) ?? []), path.slice(dot + 1)]);
  }
  return [...lines].map(
    ([key, names]) => `${key.split("\n")[0]}: ${names.join(", ")}  (${key.split("\n")[1]})`,
  );
}

function comments({ lostComments, written, backup }: MigrateResult): string {
  if (lostComments === 0) return "";
  const how = written
    ? `went with the settings beside them; ${backup} has them`
    : "go with the settings beside them; the backup keeps them";
  return `${lostComments === 1 ? "1 comment" : `${lostComments} comments`} ${how}`;
}

function outcome({ plan, written, backup, lost, path }: MigrateResult): string {
  if (written)
    return `Written: ${path}${backup === undefined ? "" : `\nBackup:  ${backup}\nUndo:    dingtalk-doctor migrate --restore ${backup}`}`;
  if (plan.changes.length > 0)
    return "Nothing was written. With --apply the same command writes these changes.";
  if (lost === undefined) return "Nothing to write: the config is as it should be.";
  return `No DingTalk settings here, but ${lost} still has some.\nBring them back: dingtalk-doctor migrate --from ${lost} --apply`;
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
