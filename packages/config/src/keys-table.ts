import { describeAccountKeys } from "./account-keys.ts";
import { describeAllowed } from "./allowed-values.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** The keys as a Markdown table, for READMEs. */
export function keysTable(): string {
  const rows = describeAccountKeys().map(({ name, help, schema }) => {
    const standard = schema["default"] === undefined ? "" : `\`${JSON.stringify(schema["default"])}\``;
    return `| \`${name}\` | ${cell(describeAllowed(schema))} | ${cell(standard)} | ${cell(help)} |`;
  });
  return ["| Key | Value | Default | Meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
