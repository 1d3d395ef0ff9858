/** What a state can hold: it comes back as it was put in, as a copy. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface StateEntry {
  readonly key: string;
  readonly value: JsonValue;
  /** Changes with each write of this key, and never comes back: also not after a deletion. */
  readonly version: string;
  readonly expiresAtMs: number | undefined;
}

export interface StateChange {
  /** What the entry must still be. `undefined`: there must be none. */
  readonly expectedVersion: string | undefined;
  readonly value: JsonValue;
  /** From then on (milliseconds since 1970) the entry is as good as deleted. @defaultValue it stays */
  readonly expiresAtMs?: number | undefined;
}

/**
 * Where small state is kept: values under a namespace and a key. Each package that keeps some has a namespace of its own
 * and gives it types. Several writers, also of other processes, may share one state.
 */
export interface StatePort {
  get(namespace: string, key: string): Promise<StateEntry | undefined>;
  /**
   * Writes the entry if it still has the expected version.
   *
   * @returns the new version, or `undefined` when somebody else was faster: read again, then decide again.
   */
  compareAndSet(namespace: string, key: string, change: StateChange): Promise<string | undefined>;
  /** @returns whether there was an entry, and with `expectedVersion` also whether it still had that version. */
  delete(namespace: string, key: string, expectedVersion?: string): Promise<boolean>;
  /** The entries whose keys begin with `prefix`, in the order of their keys. Writes during a scan may show or not. */
  scan(namespace: string, prefix: string): AsyncIterable<StateEntry>;
}
