import { readFileSync } from "node:fs";

export type WireObject = Record<string, unknown>;

export function isWireObject(value: unknown): value is WireObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The named objects of one file in `fixtures/`, freshly parsed. */
export function fixtures(
  file: "frames" | "robot-messages" | "card-callbacks",
  part: string,
): Map<string, WireObject> {
  const text = readFileSync(new URL(`fixtures/${file}.json`, import.meta.url), "utf8");
  const parsed: unknown = JSON.parse(text);
  const named = isWireObject(parsed) ? parsed[part] : undefined;
  if (!isWireObject(named)) throw new Error(`${file}.json has no ${part}`);
  return new Map(
    Object.entries(named).filter((entry): entry is [string, WireObject] => isWireObject(entry[1])),
  );
}

/** One of {@link fixtures}. */
export function pick(all: ReadonlyMap<string, WireObject>, name: string): WireObject {
  const found = all.get(name);
  if (found === undefined) throw new Error(`no fixture ${name}`);
  return found;
}
