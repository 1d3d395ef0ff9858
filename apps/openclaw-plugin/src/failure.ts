import { redactText } from "@dingtalk-kit/protocol";
import type { Stage } from "@dingtalk-kit/protocol";

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
  DINGTALK_DECODE: "if it repeats, look for a proxy that answers in DingTalk's place, else report the sample",
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

const isStage = (value: unknown): value is Stage => typeof value === "string" && value in NEXT_BY_STAGE;

/** Never throws; `cause` holds no secrets. */
export function describeFailure(error: unknown): Failure {
  const known = error instanceof Error ? error : new Error(String(error));
  const stage: unknown = Reflect.get(known, "stage");
  const code: unknown = Reflect.get(known, "code");
  const byCode = typeof code === "string" ? NEXT_BY_CODE[code] : undefined;
  const byStage = isStage(stage) ? NEXT_BY_STAGE[stage] : undefined;
  const scopes: unknown = Reflect.get(known, "requiredScopes");
  const wanted = Array.isArray(scopes) && scopes.length > 0 ? ` (${scopes.join(", ")})` : "";
  return {
    stage: typeof stage === "string" ? stage : "internal",
    cause: redactText(known.message).replaceAll(/\s+/g, " ").slice(0, 500) + wanted,
    next: byCode ?? byStage ?? "see the log around this line; report it if it repeats",
  };
}

/** {@link describeFailure} as text. */
export function failureLine(error: unknown): string {
  const { stage, cause, next } = describeFailure(error);
  return `stage=${stage}: ${cause} Next: ${next}`;
}
