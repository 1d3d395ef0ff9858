/**
 * The one error tree of dingtalk-kit. Leaf classes are named by what the caller can do about them.
 *
 * Match `code`, not `instanceof`: two copies of this package may be loaded in one process.
 */
export abstract class DingTalkError extends Error {
  /** Stable identifier; `message` is for humans and may change. */
  abstract readonly code: `DINGTALK_${string}`;
  /** Whether repeating the same call unchanged may succeed. */
  readonly retryable: boolean = false;

  override get name(): string {
    return this.constructor.name;
  }
}

/** The options or the configuration are wrong: mend them, then start again. */
export class ConfigError extends DingTalkError {
  override readonly code = "DINGTALK_CONFIG";
}

/** Why a signed request was refused. */
export type SignatureFault =
  /** A header or parameter that carries the signature, its timestamp or its nonce is absent. */
  | "missing"
  /** The timestamp is not a number of milliseconds. */
  | "bad-timestamp"
  /** The timestamp is too old or too far ahead: a replay, or a clock that is wrong. */
  | "timestamp-out-of-range"
  /** Signed with another secret, or changed on the way. */
  | "mismatch"
  /** The signature is right, the encryption key is not. */
  | "undecryptable"
  /** Meant for another app or corp. */
  | "wrong-owner";

/** A signature did not match, or its timestamp is out of range: reject the request. */
export class SignatureError extends DingTalkError {
  override readonly code = "DINGTALK_SIGNATURE";
  readonly fault: SignatureFault;

  constructor(message: string, options: ErrorOptions & { readonly fault?: SignatureFault | undefined } = {}) {
    super(message, options);
    this.fault = options.fault ?? "mismatch";
  }
}

/** Wire data that cannot be understood. `sample` is a shortened, redacted excerpt for logs. */
export class DecodeError extends DingTalkError {
  override readonly code = "DINGTALK_DECODE";
  readonly sample: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly sample?: string | undefined } = {}) {
    super(message, options);
    this.sample = options.sample;
  }
}

/**
 * Where on the way out a call failed. `connect.open` and `connect.websocket` are the two legs of a Stream connection;
 * the others are the phases of any HTTPS call.
 */
export type Stage = "connect.open" | "connect.websocket" | "dns" | "tcp" | "tls" | "proxy" | "http" | "token";

/** The network said no before DingTalk could answer (DNS, TCP, TLS, proxy, upgrade). Retryable. */
export class ConnectionError extends DingTalkError {
  override readonly code = "DINGTALK_CONNECTION";
  override readonly retryable = true;
  readonly stage: Stage;

  constructor(message: string, options: ErrorOptions & { readonly stage: Stage }) {
    super(message, options);
    this.stage = options.stage;
  }
}

/** The object was closed by its owner; nothing is wrong with the network. */
export class ClosedError extends DingTalkError {
  override readonly code = "DINGTALK_CLOSED";
}

/** A time limit of ours passed. `timeoutMs` is that limit. */
export class TimeoutError extends DingTalkError {
  override readonly code = "DINGTALK_TIMEOUT";
  override readonly retryable = true;
  readonly timeoutMs: number;
  readonly stage: Stage;

  constructor(
    message: string,
    options: ErrorOptions & { readonly timeoutMs: number; readonly stage: Stage },
  ) {
    super(message, options);
    this.timeoutMs = options.timeoutMs;
    this.stage = options.stage;
  }
}

/** What DingTalk said when it refused a call. */
export interface PlatformAnswer extends ErrorOptions {
  /** HTTP status of the answer. Robot and card calls may fail inside a 200. */
  readonly status: number;
  /** DingTalk's own code, unchanged: `authFailed`, `param.templateNotExist`, `300001`, … */
  readonly platformCode?: string | undefined;
  /** DingTalk's own message, redacted. */
  readonly platformMessage?: string | undefined;
  /** DingTalk's request id: support asks for it. */
  readonly requestId?: string | undefined;
  readonly stage?: Stage | undefined;
}

/** DingTalk answered and refused. Codes that we do not know pass through unchanged. */
export class ApiError extends DingTalkError {
  override readonly code: `DINGTALK_${string}` = "DINGTALK_API";
  override readonly retryable: boolean;
  readonly status: number;
  readonly platformCode: string | undefined;
  readonly platformMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly stage: Stage;

  constructor(message: string, answer: PlatformAnswer) {
    super(message, answer);
    this.status = answer.status;
    this.platformCode = answer.platformCode;
    this.platformMessage = answer.platformMessage;
    this.requestId = answer.requestId;
    this.stage = answer.stage ?? "http";
    this.retryable = answer.status >= 500;
  }
}

/** Client id, client secret or access token were refused. Retrying unchanged does not help. */
export class AuthError extends ApiError {
  override readonly code = "DINGTALK_AUTH";
  override readonly retryable = false;
}

/** The app lacks a permission. `requiredScopes` are the names to tick in the developer console. */
export class PermissionError extends ApiError {
  override readonly code = "DINGTALK_PERMISSION";
  override readonly retryable = false;
  readonly requiredScopes: readonly string[];

  constructor(
    message: string,
    answer: PlatformAnswer & { readonly requiredScopes?: readonly string[] | undefined },
  ) {
    super(message, answer);
    this.requiredScopes = answer.requiredScopes ?? [];
  }
}

/** DingTalk throttled this app. Wait `retryAfterMs`, then repeat the call unchanged. */
export class RateLimitError extends ApiError {
  override readonly code = "DINGTALK_RATE_LIMITED";
  override readonly retryable = true;
  readonly retryAfterMs: number;

  constructor(message: string, answer: PlatformAnswer & { readonly retryAfterMs: number }) {
    super(message, answer);
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/**
 * A card call inside HTTP 200 said that the card was not delivered, the card is in the wrong state, or cards are not
 * tried because they kept failing: send a message instead.
 */
export class CardError extends ApiError {
  override readonly code = "DINGTALK_CARD";
  override readonly retryable = false;
  /** When cards kept failing: how long none is tried. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, answer: PlatformAnswer & { readonly retryAfterMs?: number | undefined }) {
    super(message, answer);
    this.retryAfterMs = answer.retryAfterMs;
  }
}
