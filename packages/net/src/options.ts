import { ConfigError } from "@dingtalk-kit/protocol";

export interface NetOptions {
  /** Limit of one whole call: connecting, sending, and reading the answer. Milliseconds. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Limit of one connection attempt, DNS and TLS included. Milliseconds. @defaultValue 10_000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Largest answer that is read. Bytes. @defaultValue 8_388_608 */
  readonly maxBodyBytes?: number | undefined;
}

export interface ResolvedNetOptions {
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxBodyBytes: number;
}

const DEFAULTS: ResolvedNetOptions = {
  timeoutMs: 10_000,
  connectTimeoutMs: 10_000,
  maxBodyBytes: 8 * 1024 * 1024,
};

function positive(name: keyof ResolvedNetOptions, value: number | undefined): number {
  if (value === undefined) return DEFAULTS[name];
  if (Number.isInteger(value) && value > 0) return value;
  throw new ConfigError(`invalid net options: ${name} must be a positive whole number`);
}

/** @throws ConfigError when a value makes no sense. */
export function resolveNetOptions(options: NetOptions): ResolvedNetOptions {
  return {
    timeoutMs: positive("timeoutMs", options.timeoutMs),
    connectTimeoutMs: positive("connectTimeoutMs", options.connectTimeoutMs),
    maxBodyBytes: positive("maxBodyBytes", options.maxBodyBytes),
  };
}
