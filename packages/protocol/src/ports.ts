/** The time, as a library is allowed to know it. Tests put a manual clock here. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  nowMs(): number;
  /** Resolves after `delayMs`. Rejects with `signal.reason` when aborted; the timer is then released. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `delayMs`. Disposing cancels it. */
  after(delayMs: number, run: () => void): Disposable;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log sink. Libraries are silent unless one is given. */
export interface Logger {
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same sink with `bindings` added to every line. */
  child(bindings: LogFields): Logger;
}

/** What a library may take from its surroundings. {@link systemPorts} fills what the caller leaves out. */
export interface Ports {
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1), for jitter. */
  random(): number;
  /** A fresh unique id, for guids and card instances. */
  randomId(): string;
}
