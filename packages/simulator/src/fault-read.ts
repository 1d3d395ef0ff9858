import { ConfigError } from "@dingtalk-kit/protocol";

import type { FaultDetails, FaultKind, FaultSpec, FaultWhere } from "./fault-spec.ts";
import { isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { allowOnly, read } from "./strict-read.ts";

/** When a fault may strike, with every default filled in. */
export interface ResolvedTiming {
  readonly where: FaultWhere;
  readonly probability: number;
  readonly times: number;
  readonly fromMs: number;
  readonly forMs: number;
}

const TIMING_KEYS = ["kind", "where", "probability", "times", "fromMs", "forMs"] as const;

/** What an opportunity of each group of kinds can be told apart by. */
const WHERE_KEYS: Readonly<Record<string, readonly (keyof FaultWhere)[]>> = {
  frame: ["topic", "clientId", "connectionId"],
  ack: ["topic", "clientId", "connectionId"],
  message: ["clientId", "conversationId"],
  socket: ["clientId", "connectionId"],
  handshake: ["clientId"],
  call: ["path", "method", "holds", "clientId"],
};

const nothing = () => ({});
const copies = (body: JsonObject) => ({
  count: read.count(body, "count") ?? 1,
  delayMs: read.count(body, "delayMs") ?? 0,
});
const reorder = (body: JsonObject) => ({ withinMs: read.count(body, "withinMs") ?? 1_000 });
const performed = (body: JsonObject) => ({ performed: read.flag(body, "performed") ?? false });
const stall = (body: JsonObject) => ({
  before: read.oneOf(body, "before", ["answer", "body"] as const) ?? "answer",
});

function delay(body: JsonObject): { readonly delayMs: number } {
  const delayMs = read.count(body, "delayMs");
  if (delayMs === undefined) throw new ConfigError("delayMs is missing");
  return { delayMs };
}

function httpAnswer(body: JsonObject): { readonly status: number; readonly body: unknown } {
  const status = read.count(body, "status") ?? 503;
  if (status < 200 || status > 599) throw new ConfigError("status must be 200 to 599");
  return { status, body: body["body"] ?? defaultBody(status) };
}

/** How DingTalk, or what stands before it, typically words this status. */
function defaultBody(status: number): unknown {
  if (status === 401) return { code: "authFailed", message: "鉴权失败" };
  if (status === 403) {
    return { code: "Forbidden.AccessDenied.IpNotInWhiteList", message: "访问ip不在白名单之中" };
  }
  if (status >= 500) return { code: "system.busy", message: "系统繁忙" };
  return status >= 400 ? { code: "invalidParameter", message: "参数不合法" } : {};
}

function moment(body: JsonObject): { readonly when: "now" | "open" | "push"; readonly everyMs: number } {
  const when = read.oneOf(body, "when", ["now", "open", "push"] as const) ?? "now";
  const everyMs = read.count(body, "everyMs") ?? 0;
  if (everyMs > 0 && when !== "now") throw new ConfigError("everyMs goes together with when: now");
  return { when, everyMs };
}

function closeCode(body: JsonObject): { readonly code: number } {
  const code = read.count(body, "code") ?? 1006;
  const isCode =
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005) || (code >= 3000 && code <= 4999);
  if (!isCode) throw new ConfigError("code must be a WebSocket close code");
  return { code };
}

const DETAILS: { readonly [K in FaultKind]: (body: JsonObject) => FaultDetails<K> } = {
  "frame.drop": nothing,
  "frame.delay": delay,
  "frame.duplicate": copies,
  "frame.reorder": reorder,
  "ack.drop": nothing,
  "ack.delay": delay,
  "ack.duplicate": copies,
  "ack.reorder": reorder,
  "message.redeliver": (body) => ({
    count: read.count(body, "count") ?? 1,
    delayMs: read.count(body, "delayMs") ?? 60_000,
    newFrameId: read.flag(body, "newFrameId") ?? false,
  }),
  "message.over-quota": nothing,
  "socket.disconnect": (body) => ({
    ...moment(body),
    reason: read.text(body, "reason") ?? "connection is expired",
  }),
  "socket.half-open": (body) => ({
    ...moment(body),
    routeForMs: read.count(body, "routeForMs") ?? 60_000,
  }),
  "socket.reset": moment,
  "socket.close": (body) => ({ ...moment(body), ...closeCode(body) }),
  "handshake.slow": delay,
  "handshake.hang": nothing,
  "handshake.refuse": httpAnswer,
  "call.answer": (body) => ({ ...httpAnswer(body), ...performed(body) }),
  "call.slow": (body) => ({ ...delay(body), ...stall(body) }),
  "call.hang": (body) => ({ ...stall(body), ...performed(body) }),
  "call.reset": performed,
  "call.throttle": (body) => ({
    limit: read.count(body, "limit") ?? 0,
    code:
      read.oneOf(body, "code", [
        "QpsLimitForAppkeyAndApi",
        "QpmLimitForAppkeyAndApi",
        "QpsLimitForApi",
      ] as const) ?? "QpsLimitForAppkeyAndApi",
  }),
  "call.expired-token": (body) => ({ status: read.oneOf(body, "status", [400, 401] as const) ?? 400 }),
  "call.over-quota": nothing,
};

function isKind(kind: string): kind is FaultKind {
  return Object.hasOwn(DETAILS, kind);
}

/** @throws ConfigError for no kind, or one that does not exist */
export function readKind(body: JsonObject): FaultKind {
  const kind = read.required(body, "kind");
  if (isKind(kind)) return kind;
  throw new ConfigError(`there is no fault ${kind}; there are ${Object.keys(DETAILS).join(", ")}`);
}

/** The fields of one kind. @throws ConfigError for an unknown field and a value that makes no sense */
export function readDetails<K extends FaultKind>(kind: K, body: JsonObject): FaultDetails<K> {
  const details = DETAILS[kind](body);
  allowOnly(body, [...TIMING_KEYS, ...Object.keys(details)]);
  return details;
}

/** @throws ConfigError for a place that this kind does not know, and a value that makes no sense */
export function readTiming(kind: FaultKind, body: JsonObject): ResolvedTiming {
  const where = read.object(body, "where") ?? {};
  const keys = WHERE_KEYS[kind.split(".")[0] ?? ""] ?? [];
  allowOnly(where, keys, "where.");
  const probability = body["probability"] ?? 1;
  if (typeof probability !== "number" || !(probability >= 0 && probability <= 1)) {
    throw new ConfigError("probability must be a number from 0 to 1");
  }
  return {
    where: Object.fromEntries(keys.map((key) => [key, read.text(where, key)])),
    probability,
    times: read.count(body, "times") ?? Number.POSITIVE_INFINITY,
    fromMs: read.count(body, "fromMs") ?? 0,
    forMs: read.count(body, "forMs") ?? Number.POSITIVE_INFINITY,
  };
}

/** @throws ConfigError when `order` is no fault, or one that makes no sense */
export function checkFault(order: unknown): asserts order is FaultSpec {
  if (!isObject(order)) throw new ConfigError("a fault is an object with a kind");
  const kind = readKind(order);
  readDetails(kind, order);
  readTiming(kind, order);
}
