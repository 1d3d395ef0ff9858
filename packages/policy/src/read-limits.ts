import type { Allowance } from "./policy.ts";
import type { PolicyReader } from "./policy-reader.ts";
import type { ResolvedLimit, ResolvedLoopProtection, ResolvedPolicy } from "./resolved-policy.ts";

/** A limit that cannot be read: nothing passes until it is put right, for the user wanted one. */
const NOTHING: Allowance = { max: 0, perMs: 3_600_000 };

/** Reads `limits`. */
export function readLimits(reader: PolicyReader, value: unknown): ResolvedPolicy["limits"] {
  const written = reader.record("limits", value);
  const closed: ResolvedLimit = { messages: NOTHING, spend: undefined };
  if (written === "broken") return { sender: closed, group: closed };
  const limits = new Map(written);
  const read = (name: "sender" | "group"): ResolvedLimit => {
    const path = `limits.${name}`;
    const keys = reader.record(path, limits.get(name));
    if (keys === "broken") return closed;
    const parts = new Map(keys);
    return {
      messages: readAllowance(reader, `${path}.messages`, parts.get("messages")),
      spend: readAllowance(reader, `${path}.spend`, parts.get("spend")),
    };
  };
  return { sender: read("sender"), group: read("group") };
}

function readAllowance(reader: PolicyReader, path: string, value: unknown): Allowance | undefined {
  const written = reader.record(path, value);
  if (written === undefined) return undefined;
  if (written === "broken") return NOTHING;
  const parts = new Map(written);
  const max = reader.amount(`${path}.max`, parts.get("max") ?? "missing", 0);
  const perMs = reader.amount(`${path}.perMs`, parts.get("perMs") ?? "missing", 1);
  return typeof max === "number" && typeof perMs === "number" ? { max, perMs } : NOTHING;
}

/** Reads `botLoopProtection`; what cannot be read takes its default. */
export function readLoopProtection(reader: PolicyReader, value: unknown): ResolvedLoopProtection {
  const path = "botLoopProtection";
  const written = reader.record(path, value);
  const parts = new Map(written === "broken" ? [] : written);
  const count = (name: string, missing: number): number =>
    Math.floor(reader.amount(`${path}.${name}`, parts.get(name), 1) ?? missing);
  return {
    enabled: reader.flag(`${path}.enabled`, parts.get("enabled"), { missing: true, broken: true }),
    maxEvents: count("maxEventsPerWindow", 20),
    windowMs: count("windowSeconds", 60) * 1_000,
    cooldownMs: count("cooldownSeconds", 60) * 1_000,
  };
}
