import { ConfigError, fillPorts, type Ports } from "@dingtalk-kit/protocol";

export interface DuplicateFilterOptions {
  /** How long a message id is remembered, in milliseconds. DingTalk was seen to redeliver after about 60 s.
   *  @defaultValue 86_400_000 (a day) */
  readonly ttlMs?: number | undefined;
  /** How many ids are remembered; beyond that the least recently seen goes. @defaultValue 10_000 */
  readonly maxEntries?: number | undefined;
}

export interface DuplicateFilter {
  /** Whether this is the first delivery of the message. Ids are opaque and case-sensitive. */
  firstSeen(robotCode: string | undefined, messageId: string): boolean;
  /** Takes the message for unseen again, so that a delivery which could not be kept may come once more. */
  forget(robotCode: string | undefined, messageId: string): void;
}

/** Tells redelivered messages from new ones, in memory: a restart forgets.
 *  @throws ConfigError when a limit is not a positive number. */
export function createDuplicateFilter(
  options: DuplicateFilterOptions = {},
  ports: Partial<Ports> = {},
): DuplicateFilter {
  const { clock } = fillPorts(ports);
  const ttlMs = positive("ttlMs", options.ttlMs ?? 86_400_000);
  const maxEntries = positive("maxEntries", options.maxEntries ?? 10_000);
  // A Map keeps insertion order: its first key is the least recently seen one.
  const seenAtMs = new Map<string, number>();
  return {
    firstSeen(robotCode, messageId) {
      const key = entryKey(robotCode, messageId);
      const nowMs = clock.nowMs();
      const atMs = seenAtMs.get(key);
      const duplicate = atMs !== undefined && nowMs - atMs < ttlMs;
      seenAtMs.delete(key);
      // A duplicate keeps the time of the first delivery: what repeats for ever must not be hidden for ever.
      seenAtMs.set(key, duplicate ? atMs : nowMs);
      if (seenAtMs.size > maxEntries) dropFirst(seenAtMs);
      return !duplicate;
    },
    forget(robotCode, messageId) {
      seenAtMs.delete(entryKey(robotCode, messageId));
    },
  };
}

function entryKey(robotCode: string | undefined, messageId: string): string {
  return JSON.stringify([robotCode ?? null, messageId]);
}

function dropFirst(map: Map<string, number>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new ConfigError(`${name} must be a positive number`);
}
