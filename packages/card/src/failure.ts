import type { LogFields } from "@dingtalk-kit/protocol";

/** What the card needs to know of a failed call. Read by fields, because `instanceof` fails across two copies. */
export interface Failure {
  readonly code: string | undefined;
  readonly platformCode: string | undefined;
  /** Repeating the call may help. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
}

/** On card calls this 500 means that the variable, template or state is wrong: it never heals. */
const UNKNOWN_ERROR = "unknownError";
/** An answer that is not DingTalk's, such as a proxy's HTML page: it passes like any failure of the way. */
const UNREADABLE = "DINGTALK_DECODE";
const TOO_LARGE = "param.stream.content";
const ALREADY_EXISTS = "param.cardAlreadyExist";
/** What streaming and updating say of a card that does not exist. */
const NOT_THERE: ReadonlySet<string> = new Set(["param.stream.outTrackId", "param.cardNotExist"]);
/** Stages of a call that failed before it left. */
const BEFORE_THE_CALL: ReadonlySet<string | undefined> = new Set(["token", "dns", "tcp", "tls", "proxy"]);

export function failureOf(error: unknown): Failure {
  const platformCode = textField(error, "platformCode");
  const code = textField(error, "code");
  const retryAfterMs = field(error, "retryAfterMs");
  return {
    code,
    platformCode,
    retryable: (field(error, "retryable") === true || code === UNREADABLE) && platformCode !== UNKNOWN_ERROR,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
  };
}

/** The frame was longer than DingTalk takes. */
export function isTooLarge(error: unknown): boolean {
  return textField(error, "platformCode") === TOO_LARGE;
}

/** The card is there already: an earlier try arrived although its answer did not. */
export function isAlreadyThere(error: unknown): boolean {
  return textField(error, "platformCode") === ALREADY_EXISTS;
}

/** Streaming into this card's variable is refused whatever the content. */
export function isWrongVariable(error: unknown): boolean {
  return textField(error, "platformCode") === UNKNOWN_ERROR;
}

/** There is no such card: it was never delivered. */
export function isNotThere(error: unknown): boolean {
  const platformCode = textField(error, "platformCode");
  return platformCode !== undefined && NOT_THERE.has(platformCode);
}

/** Whether a call that failed so may have taken effect. One that DingTalk refused, or that never left, has not. */
export function mayHaveArrived(error: unknown): boolean {
  const code = textField(error, "code");
  if (code === "DINGTALK_CONFIG" || code === "DINGTALK_RATE_LIMITED") return false;
  // Cards rest after many failures: nothing was sent.
  if (code === "DINGTALK_CARD" && field(error, "retryAfterMs") !== undefined) return false;
  if (BEFORE_THE_CALL.has(textField(error, "stage"))) return false;
  const status = field(error, "status");
  return typeof status === "number" ? status >= 500 : true;
}

/** Log fields: what failed, and what the operator does next. Never message text. */
export function failureFields(error: unknown): LogFields {
  const ours = textField(error, "code")?.startsWith("DINGTALK_") === true;
  return {
    cause: ours && error instanceof Error ? error.message : nameOf(error),
    code: textField(error, "code"),
    stage: textField(error, "stage"),
    platformCode: textField(error, "platformCode"),
    requestId: textField(error, "requestId"),
    next: nextStepAfter(error),
  };
}

function nextStepAfter(error: unknown): string {
  const { code, platformCode, retryable, retryAfterMs } = failureOf(error);
  if (code === "DINGTALK_PERMISSION") {
    const scopes = field(error, "requiredScopes");
    const names =
      Array.isArray(scopes) && scopes.length > 0
        ? scopes.join(", ")
        : "Card.Instance.Write, Card.Streaming.Write";
    return `grant the app ${names} in the developer console`;
  }
  if (code === "DINGTALK_CARD" && retryAfterMs !== undefined) return "none: cards come back by themselves";
  if (code === "DINGTALK_AUTH") return "check clientId and clientSecret";
  if (platformCode?.startsWith("param.template") === true)
    return "check cardTemplateId and publish the template";
  if (platformCode === UNKNOWN_ERROR)
    return "check cardTemplateKey: it must be a streaming variable of the template";
  return retryable
    ? "none: the next answer tries again"
    : "look up platformCode, and check the robot and the template";
}

function field(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}

function textField(error: unknown, name: string): string | undefined {
  const value = field(error, name);
  return typeof value === "string" ? value : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
