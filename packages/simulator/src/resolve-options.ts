import { ConfigError } from "@dingtalk-kit/protocol";

import type {
  RedeliveryOptions,
  RegistrationOptions,
  SimulatorOptions,
  SystemFrameOptions,
} from "./options.ts";

type Filled<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };
/** These have no default: absent means "derive it", or "everybody". */
type Derived = "tls" | "app" | "people" | "websocketUrl" | "oapiUrl" | "seed";
type Nested = "systemFrames" | "redelivery" | "registration";

/** {@link SimulatorOptions} with every default filled in. */
export interface ResolvedOptions
  extends Filled<Omit<SimulatorOptions, Derived | Nested>>, Pick<SimulatorOptions, Derived> {
  readonly systemFrames: Filled<SystemFrameOptions>;
  readonly redelivery: Filled<RedeliveryOptions>;
  readonly registration: Filled<Omit<RegistrationOptions, "expiresInS">> &
    Pick<RegistrationOptions, "expiresInS">;
}

/** @throws ConfigError for an unknown key, a number out of range, or an address that is not loopback. */
export function resolveOptions(options: SimulatorOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    ...resolveSurroundings(options),
    requireAcceptHeader: options.requireAcceptHeader ?? true,
    tokenRefusalStatus: options.tokenRefusalStatus ?? 400,
    tokenTtlMs: options.tokenTtlMs ?? 7_200_000,
    ticketTtlMs: options.ticketTtlMs ?? 90_000,
    maxConnections: options.maxConnections ?? 50,
    pingIntervalMs: options.pingIntervalMs ?? 30_000,
    pingTimeoutMs: options.pingTimeoutMs ?? 60_000,
    disconnectGraceMs: options.disconnectGraceMs ?? 10_000,
    undeliverable: options.undeliverable ?? "lose",
    holdMs: options.holdMs ?? 60_000,
    groupDelivery: options.groupDelivery ?? "mentions",
    sessionTtlMs: options.sessionTtlMs ?? 5_400_000,
    usedOutTrackId: options.usedOutTrackId ?? "refuse",
    afterFinalize: options.afterFinalize ?? "strict",
    streamMaxBytes: options.streamMaxBytes ?? 20_000,
    qpsLimit: options.qpsLimit ?? 0,
    latencyMs: options.latencyMs ?? 0,
    systemFrames: {
      connected: options.systemFrames?.connected ?? false,
      registered: options.systemFrames?.registered ?? false,
      keepAliveMs: options.systemFrames?.keepAliveMs ?? 0,
    },
    redelivery: {
      count: options.redelivery?.count ?? 1,
      delayMs: options.redelivery?.delayMs ?? 60_000,
      newFrameId: options.redelivery?.newFrameId ?? false,
      refused: options.redelivery?.refused ?? false,
    },
    registration: {
      nonceTtlMs: options.registration?.nonceTtlMs ?? 300_000,
      deviceTtlMs: options.registration?.deviceTtlMs ?? 7_200_000,
      expiresInS: options.registration?.expiresInS,
      intervalS: options.registration?.intervalS ?? 5,
      verificationUrl: options.registration?.verificationUrl ?? "https://open-dev.dingtalk.com/device",
      sources: options.registration?.sources ?? [],
    },
  };
  refuseUnknownKeys(options, resolved, "");
  refuseUnknownKeys(options.systemFrames ?? {}, resolved.systemFrames, "systemFrames.");
  refuseUnknownKeys(options.redelivery ?? {}, resolved.redelivery, "redelivery.");
  refuseUnknownKeys(options.registration ?? {}, resolved.registration, "registration.");
  refuseBadNumbers({ ...resolved }, "");
  refuseBadNumbers({ ...resolved.redelivery }, "redelivery.");
  refuseBadNumbers({ ...resolved.systemFrames }, "systemFrames.");
  refuseBadNumbers({ ...resolved.registration }, "registration.");
  return resolved;
}

function resolveSurroundings(
  options: SimulatorOptions,
): Pick<
  ResolvedOptions,
  Derived | "faults" | "port" | "host" | "apps" | "groups" | "templates" | "flowControlledStaffIds"
> {
  const host = options.host ?? "127.0.0.1";
  if (!/^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host)) {
    throw new ConfigError(`the simulator listens on loopback only, not on ${host}`);
  }
  return {
    seed: options.seed,
    faults: options.faults ?? [],
    port: options.port ?? 0,
    host,
    tls: options.tls,
    app: options.app,
    people: options.people,
    websocketUrl: options.websocketUrl,
    oapiUrl: options.oapiUrl,
    apps: options.apps ?? [],
    groups: options.groups ?? [],
    templates: options.templates ?? [],
    flowControlledStaffIds: options.flowControlledStaffIds ?? [],
  };
}

function refuseUnknownKeys(given: object, known: object, prefix: string): void {
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(known, key));
  if (unknown.length > 0) throw new ConfigError(`unknown simulator option: ${prefix}${unknown.join(", ")}`);
}

function refuseBadNumbers(options: Readonly<Record<string, unknown>>, prefix: string): void {
  for (const [key, value] of Object.entries(options)) {
    if (typeof value !== "number") continue;
    if (!Number.isInteger(value) || value < 0 || (key === "port" && value > 65_535)) {
      throw new ConfigError(`simulator option ${prefix}${key} is out of range: ${value}`);
    }
  }
}
