import type { Core } from "./core.ts";
import type { Registration, Registrations } from "./device-registration.ts";
import type { JsonObject } from "./json.ts";
import { textAt } from "./json.ts";
import { oapiRefusal, ok } from "./refusal.ts";
import type { Call, Route } from "./route.ts";

// The codes of refusals are unpublished; these only differ from 0.
const BAD_SOURCE = 400_001;
const BAD_NONCE = 400_002;
const BAD_DEVICE_CODE = 400_003;

/** A client's clock and ours may round an interval differently. */
const TOLERANCE_MS = 50;

/**
 * `/app/registration/*` of the legacy host: a program asks for a nonce, begins with it, shows a QR code, and polls until
 * somebody has decided. As clients report it; no public document describes it whole.
 */
export function createRegistrationRoutes(core: Core, registrations: Registrations): readonly Route[] {
  const { options } = core;
  const { nonceTtlMs, sources, deviceTtlMs, expiresInS, intervalS } = options.registration;
  const nonces = new Map<string, { readonly source: string; readonly expiresAtMs: number }>();

  const init = (source: string): JsonObject => {
    if (sources.length > 0 && !sources.includes(source)) throw oapiRefusal(BAD_SOURCE, "source 不合法");
    const nonce = `nr_${core.ids.hex()}`;
    nonces.set(nonce, { source, expiresAtMs: core.nowMs() + nonceTtlMs });
    return { nonce, expires_in: Math.floor(nonceTtlMs / 1000) };
  };

  const begin = (nonce: string): JsonObject => {
    const admitted = nonces.get(nonce);
    nonces.delete(nonce);
    if (admitted === undefined || admitted.expiresAtMs <= core.nowMs()) {
      throw oapiRefusal(BAD_NONCE, "nonce 不合法或已过期");
    }
    const { deviceCode, userCode, verificationUrl } = registrations.begin(admitted.source);
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: options.registration.verificationUrl,
      verification_uri_complete: verificationUrl,
      expires_in: expiresInS ?? Math.floor(deviceTtlMs / 1000),
      interval: intervalS,
    };
  };

  const poll = (deviceCode: string): JsonObject => {
    const registration = registrations.find(deviceCode);
    if (registration === undefined) throw oapiRefusal(BAD_DEVICE_CODE, "device_code 不合法");
    notePoll(core, registration);
    const status = registrations.statusOf(registration);
    const { decision } = registration;
    if (decision?.status === "FAIL") return { status, fail_reason: decision.reason };
    if (decision?.status !== "SUCCESS") return { status };
    return { status, client_id: decision.app.clientId, client_secret: decision.app.clientSecret };
  };

  return [route("init", "source", init), route("begin", "nonce", begin), route("poll", "device_code", poll)];
}

function route(step: string, key: string, run: (value: string) => JsonObject): Route {
  return {
    access: "open",
    method: "POST",
    path: `/app/registration/${step}`,
    handle({ body }: Call) {
      const value = textAt(body, key);
      if (value === undefined) throw oapiRefusal(40_035, `缺少参数 ${key}`);
      return ok({ errcode: 0, errmsg: "ok", ...run(value) });
    },
  };
}

function notePoll(core: Core, registration: Registration): void {
  const nowMs = core.nowMs();
  const sinceMs = nowMs - (registration.polledAtMs ?? registration.beganAtMs);
  const { intervalS } = core.options.registration;
  if (registration.polls > 0 && sinceMs + TOLERANCE_MS < intervalS * 1000) {
    core.violations.push(
      `registration ${registration.userCode} was polled after ${sinceMs} ms, interval is ${intervalS} s`,
    );
  }
  registration.polls += 1;
  registration.polledAtMs = nowMs;
}
