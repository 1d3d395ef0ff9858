import { NotWrittenError } from "./replace-file.ts";

/** @throws NotWrittenError where the config is made by other means, and a write would be undone or is forbidden */
export function requireWritable(env: Readonly<Record<string, string | undefined>>, path: string): void {
  const variable = ["OPENCLAW_NIX_MODE", "OPENCLAW_CONFIG_READONLY"].find((name) => env[name] === "1");
  if (variable === undefined) return;
  throw new NotWrittenError(
    `${path} is read-only here (${variable}=1). Next: make the changes where the file is generated`,
  );
}
