import { isDeepStrictEqual } from "node:util";

import type { Logger, StatePort } from "@dingtalk-kit/protocol";

import type { Arrival } from "./arrival.ts";
import { failureLine } from "./failure.ts";

/** A person or a group, under the name that DingTalk shows. Names are not unique. */
export interface KnownName {
  readonly kind: "user" | "group";
  /** What a message can be sent to: a staff id, or a group's `cid…`. */
  readonly id: string;
  readonly name: string;
}

/** Learns names from messages that were let in. */
export interface NameBook {
  /** Never rejects: an answer does not wait for a name. */
  learn(arrival: Arrival): Promise<void>;
  /** Whom an opaque sender id (`$:…`) belongs to, as far as they have written. Never rejects. */
  personBehind(senderId: string): Promise<KnownName | undefined>;
}

/** Quotes name their author by the opaque id alone. */
interface KeptName extends KnownName {
  readonly senderId?: string;
}

const NAMESPACE = "names";
const DAY_MS = 86_400_000;
/** Who has not been heard of for so long is forgotten. */
const KEPT_MS = 180 * DAY_MS;

const keyOf = ({ kind, id }: Pick<KnownName, "kind" | "id">): string => `${kind}:${id}`;

export function createNameBook(state: StatePort, nowMs: () => number, log: Logger): NameBook {
  const keep = async (known: KeptName): Promise<void> => {
    const key = keyOf(known);
    const value = { ...known };
    const entry = await state.get(NAMESPACE, key);
    const expiresAtMs = nowMs() + KEPT_MS;
    const isFresh = entry?.expiresAtMs !== undefined && entry.expiresAtMs > expiresAtMs - DAY_MS;
    if (isFresh && isDeepStrictEqual(entry.value, value)) return;
    // Whoever is faster knows the name as well as we do.
    await state.compareAndSet(NAMESPACE, key, { expectedVersion: entry?.version, value, expiresAtMs });
  };
  return {
    async learn(arrival) {
      try {
        for (const known of namesIn(arrival)) await keep(known);
      } catch (error) {
        log.warn(`names could not be kept: ${failureLine(error)}`);
      }
    },
    async personBehind(senderId) {
      try {
        for await (const { value } of state.scan(NAMESPACE, "user:")) {
          const known = readName(value);
          if (known !== undefined && Object(value)["senderId"] === senderId) return known;
        }
      } catch (error) {
        log.warn(`names could not be read: ${failureLine(error)}`);
      }
      return undefined;
    },
  };
}

/** People outside of the corp have no staff id: nothing can be sent to them by name. */
function namesIn({ message: { sender, conversation } }: Arrival): readonly KeptName[] {
  const { staffId, nick, id: senderId } = sender;
  const names: KeptName[] = [];
  if (staffId !== undefined && nick)
    names.push({ kind: "user", id: staffId, name: nick, ...(senderId !== undefined && { senderId }) });
  const { type, id, title } = conversation;
  if (type === "group" && title) names.push({ kind: "group", id, name: title });
  return names;
}

/** All names that are known. */
export async function readNames(state: Pick<StatePort, "scan">): Promise<readonly KnownName[]> {
  const names: KnownName[] = [];
  for await (const { value } of state.scan(NAMESPACE, "")) {
    const known = readName(value);
    if (known !== undefined) names.push(known);
  }
  return names;
}

/** @returns whether the person's name was known. */
export function forgetPerson(state: StatePort, staffId: string): Promise<boolean> {
  return state.delete(NAMESPACE, keyOf({ kind: "user", id: staffId }));
}

/** A name as it was kept, or as a gateway sent it. */
export function readName(value: unknown): KnownName | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { kind, id, name }: { kind?: unknown; id?: unknown; name?: unknown } = value;
  if ((kind !== "user" && kind !== "group") || typeof id !== "string" || typeof name !== "string")
    return undefined;
  return { kind, id, name };
}
