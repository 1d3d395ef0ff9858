import { cutAtWord, redactText } from "@dingtalk-kit/protocol";
import type { Stage } from "@dingtalk-kit/protocol";

import { LINE_CHARS, lineWithStep } from "./short-line.ts";

/** A failure as one line for the log: at which stage, what happened, what to do next. */
export interface Failure {
  readonly stage: string;
  readonly cause: string;
  readonly next: string;
}

const CONSOLE = "open-dev.dingtalk.com";

const NEXT_BY_CODE: Readonly<Record<string, string>> = {
  DINGTALK_AUTH: `check clientId and clientSecret against the app's Credentials page on ${CONSOLE}`,
  DINGTALK_PERMISSION: `tick the missing permission of the app on ${CONSOLE}, then publish a new version`,
  DINGTALK_RATE_LIMITED:
    "nothing to do now, it is tried again; if it stays, compare the call quota in the console",
  DINGTALK_CARD: "check cardTemplateId and cardTemplateKey; the answer goes out as Markdown meanwhile",
  DINGTALK_CONFIG: "mend the setting that is named",
  DINGTALK_STORE: "do what it says; what was not acknowledged comes again",
  DINGTALK_DECODE: "if it repeats, look for a proxy that answers in DingTalk's place, else report the sample",
};

/** Lists in which DingTalk names whom it did not send to. */
const NEXT_BY_LIST: Readonly<Record<string, string>> = {
  invalidStaffIdList: `compare the staff id with the admin console, and check the app's visible range on ${CONSOLE}`,
  flowControlledStaffIdList: "wait before you send to this person again: DingTalk limits how much one gets",
};

const NEXT_BY_STAGE: Readonly<Record<Stage, string>> = {
  "connect.open": `on ${CONSOLE} check that the app has a published version, the robot capability and Stream mode`,
  "connect.websocket":
    "allow wss-open-connection.dingtalk.com:443 and WebSocket upgrades in proxy and firewall",
  dns: "check the name server and the endpoints setting",
  tcp: "check firewall and egress to the host that is named",
  tls: "check for TLS interception; trust its CA with the setting caFile, or NODE_EXTRA_CA_CERTS",
  proxy: "check the setting proxy; with inherit, HTTPS_PROXY and NO_PROXY of the gateway's own environment",
  http: "see DingTalk's own message; look up its code in the open platform's error list",
  token: "check that api.dingtalk.com is reachable and the endpoints setting is right",
};

const RECONNECTS = "nothing to do, it connects again; if it repeats, look for what cuts long connections";
const IS_DOWN = "wait: DingTalk is overloaded or down; it is tried again";
const NOT_DINGTALK =
  "look for a proxy that answers in DingTalk's place; check the settings proxy and endpoints";

const isStage = (value: unknown): value is Stage => typeof value === "string" && value in NEXT_BY_STAGE;

const fieldOf = (error: Error, name: string): unknown => Reflect.get(error, name);

/** Ways to DingTalk that several things can go wrong on. Errors of the first two repeat all of it for the log. */
const WAYS: ReadonlySet<unknown> = new Set<Stage>(["connect.open", "connect.websocket", "token"]);

/** What went wrong on the way. */
function onTheWay(error: Error): Error {
  const { cause } = error;
  const isOurs = cause instanceof Error && String(fieldOf(cause, "code")).startsWith("DINGTALK_");
  return isOurs && WAYS.has(fieldOf(error, "stage")) ? onTheWay(cause) : error;
}

function nextOf(error: Error, below: Error): string {
  const [stage, status] = [fieldOf(error, "stage"), fieldOf(below, "status")];
  const step =
    NEXT_BY_LIST[String(fieldOf(error, "platformCode"))] ?? NEXT_BY_CODE[String(fieldOf(error, "code"))];
  if (step !== undefined) return step;
  if (stage === "connect.websocket" && below === error) return RECONNECTS;
  if (WAYS.has(stage) && typeof status === "number") {
    if (status >= 500) return IS_DOWN;
    if (stage !== "connect.websocket" && fieldOf(below, "platformCode") === undefined) return NOT_DINGTALK;
  }
  const place = status === undefined ? fieldOf(below, "stage") : stage;
  return isStage(place) ? NEXT_BY_STAGE[place] : "see the log around this line; report it if it repeats";
}

/** Our packages' remedy for a missing permission, which is the next step here. */
const REMEDY = /\. The app lacks (?:a )?permission.*$/;

function causeOf(error: Error): string {
  const scopes = fieldOf(error, "requiredScopes");
  const text = redactText(error.message).replaceAll(/\s+/g, " ").replace(REMEDY, "");
  const missing = Array.isArray(scopes) ? scopes.filter((scope) => !text.includes(String(scope))) : [];
  const wanted = missing.length > 0 ? ` (${missing.join(", ")})` : "";
  return cutAtWord(text, LINE_CHARS - wanted.length) + wanted;
}

function stageOf(error: Error): string {
  const stage = fieldOf(error, "stage");
  if (typeof stage === "string") return stage;
  return fieldOf(error, "code") === "DINGTALK_STORE" ? "store" : "internal";
}

/** Never throws; `cause` holds no secrets, and has at most 300 characters. */
export function describeFailure(error: unknown): Failure {
  const known = error instanceof Error ? error : new Error(String(error));
  const below = onTheWay(known);
  return { stage: stageOf(known), cause: causeOf(below), next: nextOf(known, below) };
}

/** {@link describeFailure} as one line of at most 300 characters. */
export function failureLine(error: unknown): string {
  const { stage, cause, next } = describeFailure(error);
  return lineWithStep(`stage=${stage}: ${cause}`, next);
}
