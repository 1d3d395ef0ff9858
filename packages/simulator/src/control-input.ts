import { ConfigError } from "@dingtalk-kit/protocol";

import type { SimulatedApp } from "./app.ts";
import type { AppWishes } from "./device-registration.ts";
import type { Failure } from "./call-faults.ts";
import type { JsonObject } from "./json.ts";
import type { SayInput } from "./person.ts";
import type { ClickInput, EventInput } from "./push-kinds.ts";
import { allowOnly, read } from "./strict-read.ts";

const SAY_KEYS = [
  "text",
  "from",
  "conversation",
  "clientId",
  "mention",
  "mentions",
  "msgtype",
  "content",
  "quote",
  "withoutStaffId",
  "overQuota",
  "raw",
  "timeoutMs",
] as const;

export function readSay(body: JsonObject): SayInput {
  allowOnly(body, SAY_KEYS);
  const content = body["content"];
  return {
    text: read.text(body, "text"),
    from: read.text(body, "from"),
    conversation: read.text(body, "conversation"),
    clientId: read.text(body, "clientId"),
    mention: read.flag(body, "mention"),
    mentions: read.texts(body, "mentions"),
    msgtype: read.text(body, "msgtype"),
    content: typeof content === "string" ? content : read.object(body, "content"),
    quote: read.text(body, "quote"),
    withoutStaffId: read.flag(body, "withoutStaffId"),
    overQuota: read.flag(body, "overQuota"),
    raw: read.object(body, "raw"),
  };
}

export function readTimeoutMs(body: JsonObject): number | undefined {
  return read.count(body, "timeoutMs");
}

export function readMessageId(body: JsonObject): string {
  allowOnly(body, ["messageId", "timeoutMs"]);
  return read.required(body, "messageId");
}

export function readClick(body: JsonObject): ClickInput {
  allowOnly(body, ["outTrackId", "from", "actionIds", "params"]);
  return {
    outTrackId: read.required(body, "outTrackId"),
    from: read.text(body, "from"),
    actionIds: read.texts(body, "actionIds"),
    params: read.object(body, "params"),
  };
}

export function readEvent(body: JsonObject): EventInput {
  allowOnly(body, ["type", "data", "clientId"]);
  return {
    type: read.required(body, "type"),
    data: read.object(body, "data"),
    clientId: read.text(body, "clientId"),
  };
}

export function readApp(body: JsonObject): SimulatedApp {
  return {
    ...readPartOfApp(body),
    clientId: read.required(body, "clientId"),
    clientSecret: read.required(body, "clientSecret"),
  };
}

const APP_KEYS = [
  "clientId",
  "clientSecret",
  "robotCode",
  "name",
  "corpId",
  "published",
  "mode",
  "events",
  "scopes",
] as const;

function readPartOfApp(body: JsonObject): AppWishes {
  allowOnly(body, APP_KEYS);
  return {
    clientId: read.text(body, "clientId"),
    clientSecret: read.text(body, "clientSecret"),
    robotCode: read.text(body, "robotCode"),
    name: read.text(body, "name"),
    corpId: read.text(body, "corpId"),
    published: read.flag(body, "published"),
    mode: read.oneOf(body, "mode", ["stream", "http"]),
    events: read.oneOf(body, "events", ["stream", "off"]),
    scopes: read.texts(body, "scopes"),
  };
}

/** Which registration, and what becomes of it. */
export function readDecision(body: JsonObject): {
  readonly userCode: string | undefined;
  readonly reason: string | undefined;
  readonly app: AppWishes | undefined;
} {
  allowOnly(body, ["userCode", "reason", "app"]);
  const app = read.object(body, "app");
  return {
    userCode: read.text(body, "userCode"),
    reason: read.text(body, "reason"),
    app: app && readPartOfApp(app),
  };
}

export function readGroup(body: JsonObject): { readonly id: string; readonly title: string | undefined } {
  allowOnly(body, ["id", "title"]);
  return { id: read.required(body, "id"), title: read.text(body, "title") };
}

export function readFailure(body: JsonObject): Failure & { readonly path: string } {
  allowOnly(body, ["path", "status", "body", "times"]);
  const status = read.count(body, "status");
  if (status === undefined || status < 200 || status > 599)
    throw new ConfigError("status must be 200 to 599");
  const times = read.count(body, "times");
  return { path: read.required(body, "path"), status, body: body["body"] ?? {}, times };
}

/** Which connections, and what to tell them. */
export function readConnectionOrder(body: JsonObject): {
  readonly clientId: string | undefined;
  readonly reason: string | undefined;
  readonly frame: string | JsonObject;
} {
  allowOnly(body, ["clientId", "reason", "frame"]);
  const frame = body["frame"];
  return {
    clientId: read.text(body, "clientId"),
    reason: read.text(body, "reason"),
    frame: typeof frame === "string" ? frame : (read.object(body, "frame") ?? {}),
  };
}

export function readAdvance(body: JsonObject): number {
  allowOnly(body, ["advanceMs"]);
  const advanceMs = read.count(body, "advanceMs");
  if (advanceMs === undefined) throw new ConfigError("advanceMs is missing");
  return advanceMs;
}
