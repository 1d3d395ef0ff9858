import type { IncomingMessage, ServerResponse } from "node:http";

import type { AccessTokens } from "./access-token.ts";
import { isJson } from "./access-token.ts";
import type { RegisteredApp } from "./app.ts";
import { planCall, sendHalf } from "./call-faults.ts";
import type { CallPlan } from "./call-faults.ts";
import type { CallLog } from "./call-log.ts";
import type { Core } from "./core.ts";
import { isObject, parseJson } from "./json.ts";
import { createRateLimit } from "./rate-limit.ts";
import { Refusal, apiRefusal, encodeReply } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import type { Call, CallSubject, Route } from "./route.ts";

const MAX_BODY_BYTES = 32 * 1024 * 1024;

interface Parts {
  readonly routes: readonly Route[];
  readonly tokens: AccessTokens;
  readonly calls: CallLog;
}

/** Answers one call to DingTalk's API, whatever host it was meant for, and records it. */
export function createApiServer(
  core: Core,
  parts: Parts,
): (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void> {
  const perform = createRouter(core, parts);
  return async (request, response, signal) => {
    const url = new URL(request.url ?? "/", "http://simulator");
    const method = request.method ?? "GET";
    const path = url.pathname;
    const call = await readCall(request, url);
    const subject = { path, method, holds: call.bodyText, clientId: parts.tokens.callerOf(call) };
    const plan = planCall(core.faults, subject);
    const real = plan.performs ? attempt(() => perform(call, subject)) : NO_ANSWER;
    const reply = withRequestId(plan.answer ?? real, core.ids.uuid().toUpperCase(), response);
    const isAnswered = await respond({ core, request, response, signal }, plan, reply);
    parts.calls.add({
      atMs: core.nowMs(),
      method,
      path,
      query: Object.fromEntries(url.searchParams),
      host: request.headers.host,
      headers: call.headers,
      body: parseJson(call.bodyText) ?? call.bodyText,
      status: isAnswered ? reply.status : 0,
      answer: isAnswered ? reply.body : undefined,
    });
  };
}

const NO_ANSWER: Reply = { status: 500, body: { code: "system.error" } };

function createRouter(core: Core, { routes, tokens }: Parts): (call: Call, subject: CallSubject) => Reply {
  const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  const limit = createRateLimit(core);
  return (call, subject) => {
    const route = known.get(`${subject.method} ${subject.path}`);
    if (route === undefined) {
      throw apiRefusal(404, "InvalidAction.NotFound", "Specified api is not found, please check your url.");
    }
    if (route.access === "open") return route.handle(call);
    const app = tokens.admit(call, subject);
    limit(app.clientId, subject);
    checkScope(app, route.scope);
    if (!isJson(call.headers) || call.bodyText === "") {
      throw apiRefusal(400, "Missingbody", "body is mandatory for this action.");
    }
    return route.handle(call, app);
  };
}

interface Exchange {
  readonly core: Core;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the simulator closes. */
  readonly signal: AbortSignal;
}

/** Sends the answer as well as its faults allow. @returns whether a whole answer went out */
async function respond(
  { core, request, response, signal }: Exchange,
  { resets, hang, slow }: CallPlan,
  reply: Reply,
): Promise<boolean> {
  // Whoever hangs up waits no longer, and so must the timer.
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const wait = async (delayMs: number): Promise<boolean> => {
    try {
      await core.clock.sleep(delayMs, AbortSignal.any([signal, gone.signal]));
      return true;
    } catch {
      response.destroy();
      return false;
    }
  };
  if (slow?.before === "answer" && !(await wait(slow.delayMs))) return false;
  if (resets) {
    core.sockets.reset(request.socket);
    return false;
  }
  if (hang !== undefined) {
    if (hang.before === "body") sendHalf(response, reply);
    return false;
  }
  if (slow?.before !== "body") {
    send(response, reply);
    return true;
  }
  const sendRest = sendHalf(response, reply);
  if (!(await wait(slow.delayMs))) return false;
  sendRest();
  return true;
}

function attempt(run: () => Reply): Reply {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

function checkScope(app: RegisteredApp, scope: string): void {
  if (app.scopes === undefined || app.scopes.includes(scope)) return;
  throw apiRefusal(
    403,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied",
    `应用尚未开通所需的权限：[${scope}]`,
    { accessdenieddetail: { requiredScopes: [scope] } },
  );
}

/** Reads the whole body. @throws Error when it is larger than any DingTalk limit. */
export async function readCall(request: IncomingMessage, url: URL): Promise<Call> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new Error("request body is too large");
    chunks.push(bytes);
  }
  const bodyText = Buffer.concat(chunks).toString("utf8");
  const body = parseJson(bodyText);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { headers, query: url.searchParams, bodyText, body: isObject(body) ? body : {} };
}

/** Every answer names its request; error answers of the new gateway do so in `requestid` too, in lower case. */
function withRequestId(reply: Reply, requestid: string, response: ServerResponse): Reply {
  response.setHeader("x-acs-request-id", requestid);
  const { status, body } = reply;
  return status >= 400 && isObject(body) && "code" in body
    ? { ...reply, body: { requestid, ...body } }
    : reply;
}

export function send(response: ServerResponse, reply: Reply): void {
  const { text, contentType } = encodeReply(reply);
  response.writeHead(reply.status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(text),
    server: "DingTalk/1.0.0",
  });
  response.end(text);
}
