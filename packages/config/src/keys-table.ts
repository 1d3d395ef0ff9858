import { describeAccountKeys } from "./key-tree.ts";
import type { AccountKey } from "./key-tree.ts";

/** The keys that most people need, as a Markdown table for READMEs. `docs/configuration.md` has all of them. */
export function keysTable(): string {
  const usual = describeAccountKeys().filter(({ advanced, notYet }) => !advanced && !notYet);
  return tableOf(usual.map((key) => rowOf("", key)));
}

/** The keys of these names and the keys inside of them, as a Markdown table. */
export function fullTable(names: readonly string[]): string {
  const keys = describeAccountKeys().filter(({ name }) => names.includes(name));
  return tableOf(keys.flatMap((key) => rowsOf("", key)));
}

function tableOf(rows: readonly string[]): string {
  return ["| Key | Value | Default | Meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function rowsOf(before: string, key: AccountKey): readonly string[] {
  const inner = key.schema["properties"] === undefined ? `${before}${key.name}.*.` : `${before}${key.name}.`;
  return [rowOf(before, key), ...key.fields.flatMap((field) => rowsOf(inner, field))];
}

function rowOf(before: string, { name, help, notYet, allowed, schema, fields }: AccountKey): string {
  const standard = fields.length > 0 ? undefined : schema["default"];
  const cells = [
    `\`${before}${name}\``,
    allowed,
    standard === undefined ? "" : `\`${JSON.stringify(standard)}\``,
    notYet ? `${help} *Not in this version.*` : help,
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
