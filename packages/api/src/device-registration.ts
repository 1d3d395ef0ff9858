import { ConfigError, DecodeError, DingTalkError, fillPorts, PUBLIC_ENDPOINTS } from "@dingtalk-kit/protocol";
import type { Endpoints, Ports } from "@dingtalk-kit/protocol";
import { readPlatformAnswer } from "@dingtalk-kit/net";
import type { Net, PlatformObject } from "@dingtalk-kit/net";
import { z } from "zod";

import { createVerdict } from "./registration-verdict.ts";

export interface DeviceRegistrationOptions {
  /** Hosts of a private deployment or a simulator. @defaultValue the public ones */
  readonly endpoints?: Partial<Endpoints> | undefined;
  /** The program that asks, as DingTalk knows it. @defaultValue `openClaw`, observed with several programs */
  readonly source?: string | undefined;
  /** Limit of each HTTP call, in milliseconds, 100 to 120,000. @defaultValue 15_000 */
  readonly timeoutMs?: number | undefined;
  /**
   * How long FAIL and EXPIRED are asked about again before they are believed, in milliseconds: DingTalk was seen to say
   * so in passing. @defaultValue 15_000
   */
  readonly doubtMs?: number | undefined;
  /** How long polls may fail in a row, in milliseconds. @defaultValue 120_000 */
  readonly outageMs?: number | undefined;
}

/** A robot that DingTalk creates as soon as a person agrees. */
export interface DeviceRegistration {
  /** Shown as a QR code, and as text. */
  readonly verificationUrl: string;
  /** What the page shows, too: the person compares. */
  readonly userCode: string;
  /** When DingTalk stops waiting for the person. */
  readonly expiresAtMs: number;
  /**
   * Polls at DingTalk's interval until the person decided or the time is over. The credentials of `approved` are told
   * here and nowhere else: keep them.
   *
   * @throws what the last poll threw when none worked for `outageMs`; the signal's reason.
   */
  outcome(signal?: AbortSignal): Promise<RegistrationOutcome>;
}

export type RegistrationOutcome =
  | { readonly kind: "approved"; readonly clientId: string; readonly clientSecret: string }
  /** `reason` is DingTalk's own. */
  | { readonly kind: "refused"; readonly reason: string | undefined }
  | { readonly kind: "expired" };

const DEFAULT_LIFE_S = 7_200;
const DEFAULT_INTERVAL_S = 5;
/** No answer makes us poll faster. */
const MIN_INTERVAL_S = 1;

const schema = z.strictObject({
  endpoints: z
    .strictObject({ api: z.string().optional(), oapi: z.url({ protocol: /^https?$/ }).optional() })
    .default({}),
  source: z.string().min(1).default("openClaw"),
  timeoutMs: z.int().min(100).max(120_000).default(15_000),
  doubtMs: z.int().min(0).max(600_000).default(15_000),
  outageMs: z.int().min(0).max(3_600_000).default(120_000),
});

/**
 * Asks DingTalk to create a robot: the device flow behind "scan to create a robot". Needs no app and no token.
 *
 * Observed with three programs and documented in part, November 2026.
 *
 * @throws ConfigError when an option is wrong; ApiError, ConnectionError, TimeoutError, DecodeError; the signal's reason.
 */
export async function beginDeviceRegistration(
  options: DeviceRegistrationOptions & { readonly signal?: AbortSignal | undefined },
  deps: { readonly net: Net },
  ports: Partial<Ports> = {},
): Promise<DeviceRegistration> {
  const { signal, ...rest } = options;
  const read = schema.safeParse(rest);
  if (!read.success) throw new ConfigError(`invalid registration options: ${z.prettifyError(read.error)}`);
  const { endpoints, source, timeoutMs, doubtMs, outageMs } = read.data;
  const { clock, log } = fillPorts(ports);
  const base = (endpoints.oapi ?? PUBLIC_ENDPOINTS.oapi).replace(/\/+$/, "");

  const post = async (step: string, json: PlatformObject, ended = signal): Promise<PlatformObject> => {
    const path = `/app/registration/${step}`;
    const response = await deps.net.request({
      method: "POST",
      url: `${base}${path}`,
      json,
      timeoutMs,
      signal: ended,
    });
    return readPlatformAnswer(response, { name: `POST ${path}` });
  };

  const init = await post("init", { source });
  const began = readBegin(await post("begin", { nonce: textAt(init, "nonce", "init") }));
  const expiresAtMs = clock.nowMs() + began.lifeMs;

  return {
    verificationUrl: began.verificationUrl,
    userCode: began.userCode,
    expiresAtMs,
    async outcome(ended) {
      const verdict = createVerdict({ nowMs: () => clock.nowMs(), expiresAtMs, doubtMs, outageMs });
      for (;;) {
        await clock.sleep(began.intervalMs, ended);
        const outcome = await post("poll", { device_code: began.deviceCode }, ended).then(
          (answer) => verdict.hear(answer),
          (error: unknown) => {
            if (ended?.aborted === true || !(error instanceof DingTalkError)) throw error;
            log.debug("a poll of the registration failed", { error: error.message });
            return verdict.fail(error);
          },
        );
        if (outcome !== undefined) return outcome;
      }
    },
  };
}

interface Began {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  readonly lifeMs: number;
  readonly intervalMs: number;
}

function readBegin(answer: PlatformObject): Began {
  // Both are printed in terminals: nothing but what can be seen.
  const userCode = textAt(answer, "user_code", "begin").replaceAll(/[^\x21-\x7e]/g, "");
  return {
    deviceCode: textAt(answer, "device_code", "begin"),
    userCode,
    verificationUrl: verificationUrlOf(answer, userCode),
    lifeMs: secondsAt(answer, "expires_in", DEFAULT_LIFE_S) * 1_000,
    intervalMs: Math.max(MIN_INTERVAL_S, secondsAt(answer, "interval", DEFAULT_INTERVAL_S)) * 1_000,
  };
}

function verificationUrlOf(answer: PlatformObject, userCode: string): string {
  const whole = answer["verification_uri_complete"];
  const url = URL.parse(typeof whole === "string" ? whole : textAt(answer, "verification_uri", "begin"));
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new DecodeError("POST /app/registration/begin answered without an address to scan");
  }
  if (typeof whole !== "string") url.searchParams.set("user_code", userCode);
  return url.href;
}

function textAt(answer: PlatformObject, key: string, step: string): string {
  const value = answer[key];
  if (typeof value === "string" && value !== "") return value;
  throw new DecodeError(`POST /app/registration/${step} answered without ${key}`);
}

function secondsAt(answer: PlatformObject, key: string, fallback: number): number {
  const value = Number(answer[key]);
  return Number.isFinite(value) && value > 0 ? value : fallback;
}
