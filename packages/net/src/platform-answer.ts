import {
  ApiError,
  AuthError,
  DecodeError,
  PermissionError,
  RateLimitError,
  cutAtWord,
  redactText,
} from "@dingtalk-kit/protocol";
import type { PlatformAnswer, Stage } from "@dingtalk-kit/protocol";

import type { NetResponse } from "./http-request.ts";

export type PlatformObject = Readonly<Record<string, unknown>>;

export interface PlatformCall {
  /** Names the call in error messages: `POST /v1.0/card/instances`. */
  readonly name: string;
  readonly stage?: Stage | undefined;
}

const CONSOLE_URL = "https://open-dev.dingtalk.com";
const MAX_MESSAGE_CHARS = 200;
const AUTH_CODES =
  /^(InvalidAuthentication|authFailed|InvalidAppKey|invalidClientIdOrSecret|invalid\.client|unauthorized\.client)$/i;
const PERMISSION_CODES = /AccessTokenPermissionDenied$|^permission\.deny$/;
const QPS_CODES = /^Forbidden\.AccessDenied\.Qps/;
const QPM_CODES = /^Forbidden\.AccessDenied\.Qpm/;
/** Peers go on after 2 s; a per-minute limit and the webhooks' penalties last longer. */
const QPS_WAIT_MS = 2_000;
const QPM_WAIT_MS = 60_000;
const PENALTY_WAIT_MS = 600_000;
/** 10,000 calls in 20 s ban the address for five minutes. */
const ADDRESS_BAN_MS = 300_000;

const OAPI_AUTH = new Set(["40001", "40014", "40089"]);
const OAPI_PERMISSION = new Set(["60011"]);
const OAPI_WAIT_MS: Readonly<Record<string, number>> = {
  "90002": QPS_WAIT_MS,
  "90018": QPS_WAIT_MS,
  "130101": QPM_WAIT_MS,
  "410100": PENALTY_WAIT_MS,
};

function isObject(value: unknown): value is PlatformObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first of these keys that holds text or a number, as text. */
function textOf(body: PlatformObject, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = body[key];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

function scopesOf(body: PlatformObject): string[] {
  const detail = body["accessdenieddetail"] ?? body["accessDeniedDetail"];
  const scopes = isObject(detail) ? detail["requiredScopes"] : undefined;
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [];
}

function shortMessage(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutAtWord(redactText(text), MAX_MESSAGE_CHARS);
}

/** Whether `word` stands in `text` by itself, not as a part of another word. */
function says(text: string, word: string): boolean {
  const [before, after] = [/[\w.-]$/, /^[\w-]/];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!before.test(text.slice(0, at)) && !after.test(text.slice(at + word.length))) return true;
  }
  return false;
}

/** DingTalk's message often has its code and the request id in it. */
function sentence(call: PlatformCall, answer: PlatformAnswer): string {
  const { status, platformCode: code, platformMessage: said = "", requestId: id } = answer;
  const isNews = (word: string | undefined): word is string => word !== undefined && !says(said, word);
  const words = [`HTTP ${status}`, ...(isNews(code) ? [code] : []), ...(said === "" ? [] : [said])];
  return `DingTalk refused ${call.name}: ${words.join(" ")}${isNews(id) ? ` (request id ${id})` : ""}`;
}

function permissionError(
  message: string,
  answer: PlatformAnswer,
  requiredScopes: readonly string[],
): PermissionError {
  const names = requiredScopes.length === 0 ? "a permission" : `permission ${requiredScopes.join(", ")}`;
  const remedy = `The app lacks ${names}: add it at ${CONSOLE_URL} → the app → Permissions (权限管理), then publish a version`;
  return new PermissionError(`${message}. ${remedy}`, { ...answer, requiredScopes });
}

/** Classes of the new OpenAPI: throttling is a 403 there, never a 429. */
function openApiError(message: string, answer: PlatformAnswer, body: PlatformObject): ApiError {
  const code = answer.platformCode ?? "";
  const requiredScopes = scopesOf(body);
  if (answer.status === 401 || AUTH_CODES.test(code)) return new AuthError(message, answer);
  if (QPS_CODES.test(code)) return new RateLimitError(message, { ...answer, retryAfterMs: QPS_WAIT_MS });
  if (QPM_CODES.test(code)) return new RateLimitError(message, { ...answer, retryAfterMs: QPM_WAIT_MS });
  if (requiredScopes.length > 0 || PERMISSION_CODES.test(code)) {
    return permissionError(message, answer, requiredScopes);
  }
  if (code.endsWith("IpNotInWhiteList")) {
    return new ApiError(
      `${message}. Add this machine's public IP to the app's allowlist at ${CONSOLE_URL}`,
      answer,
    );
  }
  return new ApiError(message, answer);
}

function legacyError(message: string, answer: PlatformAnswer): ApiError {
  const code = answer.platformCode ?? "";
  const retryAfterMs = OAPI_WAIT_MS[code];
  if (OAPI_AUTH.has(code)) return new AuthError(message, answer);
  if (OAPI_PERMISSION.has(code)) return permissionError(message, answer, []);
  if (retryAfterMs !== undefined) return new RateLimitError(message, { ...answer, retryAfterMs });
  return new ApiError(message, answer);
}

function refusal(status: number, body: PlatformObject, call: PlatformCall): ApiError | undefined {
  const { stage } = call;
  const requestId = textOf(body, "requestid", "requestId", "request_id");
  const errcode = textOf(body, "errcode");
  if (errcode !== undefined && errcode !== "0") {
    // 88 is the legacy gateway's envelope: what happened stands in the sub code.
    const platformCode = errcode === "88" ? (textOf(body, "sub_code") ?? errcode) : errcode;
    const platformMessage = shortMessage(textOf(body, "sub_msg", "errmsg"));
    const answer = { status, stage, requestId, platformCode, platformMessage };
    return legacyError(sentence(call, answer), answer);
  }
  if (body["punish"] === "deny") {
    const answer = { status, stage, requestId, platformCode: textOf(body, "status") };
    return new RateLimitError(`${sentence(call, answer)}: this address is banned for a while`, {
      ...answer,
      retryAfterMs: ADDRESS_BAN_MS,
    });
  }
  const platformCode = textOf(body, "code");
  // DingTalk refuses tokens under changing statuses; an answer to a call that worked has no such code.
  if (status >= 200 && status < 300 && !AUTH_CODES.test(platformCode ?? "")) return undefined;
  const platformMessage = shortMessage(textOf(body, "message"));
  const answer = { status, stage, requestId, platformCode, platformMessage };
  return openApiError(sentence(call, answer), answer, body);
}

/**
 * Reads DingTalk's answer to a call, in the envelope of either gateway.
 *
 * @throws AuthError, PermissionError, RateLimitError or ApiError when DingTalk refused, also inside HTTP 200.
 * @throws DecodeError when the call succeeded and the answer is not a JSON object.
 * @see https://open.dingtalk.com/document/development/server-api-error-codes-1
 */
export function readPlatformAnswer(response: NetResponse, call: PlatformCall): PlatformObject {
  const body = response.json();
  if (!isObject(body)) {
    if (response.status >= 400) {
      const { status } = response;
      throw new ApiError(`${call.name} answered HTTP ${status}`, { status, stage: call.stage });
    }
    throw new DecodeError(`${call.name} answered HTTP ${response.status} with JSON that is not an object`);
  }
  const error = refusal(response.status, body, call);
  if (error !== undefined) throw error;
  return body;
}
