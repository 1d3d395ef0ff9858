import { ConfigError } from "@dingtalk-kit/protocol";

import type { RegisteredApp, SimulatedApp } from "./app.ts";
import type { Core } from "./core.ts";

/** What DingTalk answers to a poll. */
export type RegistrationStatus = "WAITING" | "SUCCESS" | "FAIL" | "EXPIRED";

/** A robot that somebody is about to create by a QR code, as the person and the poller see it. */
export interface ShownRegistration {
  /** `ABCD-EFGH-JKLM`, shown by the program and on the page that the QR code leads to. */
  readonly userCode: string;
  /** The program that asked, as it named itself. */
  readonly source: string;
  readonly status: RegistrationStatus;
  /** What the QR code holds. */
  readonly verificationUrl: string;
  /** Of the app that was created. */
  readonly clientId: string | undefined;
  readonly failReason: string | undefined;
  readonly beganAtMs: number;
  readonly expiresAtMs: number;
  /** How often it was asked for. */
  readonly polls: number;
}

/** What a new app shall have; the rest is drawn. */
export type AppWishes = { readonly [Key in keyof SimulatedApp]?: SimulatedApp[Key] | undefined };

/** What a person can do with a registration; without a code, with the latest one. */
export interface RegistrationDesk {
  list(): readonly ShownRegistration[];
  approve(userCode?: string, app?: AppWishes): RegisteredApp;
  refuse(userCode?: string, reason?: string): void;
  expire(userCode?: string): void;
}

/** One registration with what only its poller knows. */
export interface Registration {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly source: string;
  readonly verificationUrl: string;
  readonly beganAtMs: number;
  readonly expiresAtMs: number;
  decision: Decision | undefined;
  polls: number;
  polledAtMs: number | undefined;
}

type Decision =
  | { readonly status: "SUCCESS"; readonly app: RegisteredApp }
  | { readonly status: "FAIL"; readonly reason: string }
  | { readonly status: "EXPIRED" };

/** The robots that somebody is about to create. */
export interface Registrations extends RegistrationDesk {
  begin(source: string): Registration;
  find(deviceCode: string | undefined): Registration | undefined;
  statusOf(registration: Registration): RegistrationStatus;
}

/** What one-click robots may do from the start. */
const GRANTED_SCOPES = ["Card.Streaming.Write", "Card.Instance.Write", "qyapi_robot_sendmsg"] as const;

export function createRegistrations(core: Core): Registrations {
  const { verificationUrl, deviceTtlMs } = core.options.registration;
  const all: Registration[] = [];
  const statusOf = ({ decision, expiresAtMs }: Registration): RegistrationStatus =>
    decision?.status ?? (core.nowMs() < expiresAtMs ? "WAITING" : "EXPIRED");
  const undecided = (userCode: string | undefined): Registration => {
    const found =
      userCode === undefined ? all.at(-1) : all.find((registration) => registration.userCode === userCode);
    if (found === undefined) throw new ConfigError(`there is no registration ${userCode ?? "yet"}`);
    const status = statusOf(found);
    if (status !== "WAITING") throw new ConfigError(`registration ${found.userCode} is over: ${status}`);
    return found;
  };
  return {
    begin(source) {
      const userCode = userCodeOf(core.ids.hex());
      const url = new URL(verificationUrl);
      url.searchParams.set("user_code", userCode);
      const registration: Registration = {
        deviceCode: core.ids.hex(),
        userCode,
        source,
        verificationUrl: url.href,
        beganAtMs: core.nowMs(),
        expiresAtMs: core.nowMs() + deviceTtlMs,
        decision: undefined,
        polls: 0,
        polledAtMs: undefined,
      };
      all.push(registration);
      return registration;
    },
    find: (deviceCode) => all.find((registration) => registration.deviceCode === deviceCode),
    statusOf,
    list: () => all.map((registration) => shown(registration, statusOf(registration))),
    approve(userCode, wishes = {}) {
      const registration = undecided(userCode);
      const created = core.addApp({
        ...wishes,
        clientId: wishes.clientId ?? `ding${core.ids.hex().slice(0, 16)}`,
        clientSecret: wishes.clientSecret ?? `${core.ids.hex()}${core.ids.hex()}`,
        scopes: wishes.scopes ?? GRANTED_SCOPES,
      });
      registration.decision = { status: "SUCCESS", app: created };
      return created;
    },
    refuse(userCode, reason = "user refused") {
      undecided(userCode).decision = { status: "FAIL", reason };
    },
    expire(userCode) {
      undecided(userCode).decision = { status: "EXPIRED" };
    },
  };
}

function shown(registration: Registration, status: RegistrationStatus): ShownRegistration {
  const { userCode, source, verificationUrl, beganAtMs, expiresAtMs, polls, decision } = registration;
  return {
    userCode,
    source,
    status,
    verificationUrl,
    clientId: decision?.status === "SUCCESS" ? decision.app.clientId : undefined,
    failReason: decision?.status === "FAIL" ? decision.reason : undefined,
    beganAtMs,
    expiresAtMs,
    polls,
  };
}

/** Three times four letters, without those that are mistaken for each other. */
function userCodeOf(hex: string): string {
  const letters = hex
    .slice(0, 12)
    .replaceAll(/./g, (digit) => "ABCDEFGHJKLMNPQR".charAt(Number.parseInt(digit, 16)));
  return [0, 4, 8].map((start) => letters.slice(start, start + 4)).join("-");
}
