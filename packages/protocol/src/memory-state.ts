import type { Ports } from "./ports.ts";
import type { JsonValue, StateEntry, StatePort } from "./state-port.ts";
import { fillPorts } from "./system-ports.ts";

interface Stored {
  /** As text, so that nobody shares an object with the state. */
  readonly json: string;
  readonly version: string;
  readonly expiresAtMs: number | undefined;
}

/** A state that lasts as long as the process: for tests, and where nothing has to survive a restart. */
export function createMemoryState(ports: Partial<Ports> = {}): StatePort {
  const { clock } = fillPorts(ports);
  const namespaces = new Map<string, Map<string, Stored>>();
  let writes = 0;

  const entriesOf = (namespace: string): Map<string, Stored> => {
    const entries = namespaces.get(namespace) ?? new Map<string, Stored>();
    namespaces.set(namespace, entries);
    return entries;
  };
  const find = (namespace: string, key: string): Stored | undefined => {
    const stored = entriesOf(namespace).get(key);
    if (stored?.expiresAtMs === undefined || clock.nowMs() < stored.expiresAtMs) return stored;
    entriesOf(namespace).delete(key);
    return undefined;
  };
  const read = (namespace: string, key: string): StateEntry | undefined => {
    const stored = find(namespace, key);
    if (stored === undefined) return undefined;
    const { json, version, expiresAtMs } = stored;
    const value: JsonValue = JSON.parse(json);
    return { key, value, version, expiresAtMs };
  };

  return {
    get: async (namespace, key) => read(namespace, key),
    async compareAndSet(namespace, key, { expectedVersion, value, expiresAtMs }) {
      if (find(namespace, key)?.version !== expectedVersion) return undefined;
      const version = String((writes += 1));
      entriesOf(namespace).set(key, { json: JSON.stringify(value), version, expiresAtMs });
      return version;
    },
    async delete(namespace, key, expectedVersion) {
      const stored = find(namespace, key);
      if (stored === undefined || (expectedVersion ?? stored.version) !== stored.version) return false;
      return entriesOf(namespace).delete(key);
    },
    async *scan(namespace, prefix) {
      const keys = [...entriesOf(namespace).keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys.toSorted()) {
        const entry = read(namespace, key);
        if (entry !== undefined) yield entry;
      }
    },
  };
}
