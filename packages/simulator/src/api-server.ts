import type { IncomingMessage, ServerResponse } from "node:http";

import type { AccessTokens } from "./access-token.ts";
import { isJson } from "./access-token.ts";
import type { RegisteredApp } from "./app.ts";
import type { CallLog } from "./call-log.ts";
import type { Core } from "./core.ts";
import type { Faults } from "./faults.ts";
import { isObject, parseJson } from "./json.ts";
import { createRateLimit } from "./rate-limit.ts";
import { Refusal, apiRefusal } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import type { Call, Route } from "./route.ts";

const MAX_BODY_BYTES = 32 * 1024 * 1024;

interface Parts {
  readonly routes: readonly Route[];
  readonly tokens: AccessTokens;
  readonly faults: Faults;
  readonly calls: CallLog;
}

/** Answers one call to DingTalk's API, whatever host it was meant for, and records it. */
export function createApiServer(
  core: Core,
  parts: Parts,
): (request: IncomingMessage, response: ServerResponse, signal: AbortSignal) => Promise<void> {
  const routes = new Map(parts.routes.map((route) => [`${route.method} ${route.path}`, route]));
  const limit = createRateLimit(core);

  const answer = (call: Call, method: string, path: string): Reply => {
    const route = routes.get(`${method} ${path}`);
    if (route === undefined) {
      throw apiRefusal(404, "InvalidAction.NotFound", "Specified api is not found, please check your url.");
    }
    if (route.access === "open") return route.handle(call);
    const app = parts.tokens.appOf(call.headers["x-acs-dingtalk-access-token"]);
    limit(app.clientId, path);
    checkScope(app, route.scope);
    if (!isJson(call.headers) || call.bodyText === "") {
      throw apiRefusal(400, "Missingbody", "body is mandatory for this action.");
    }
    return route.handle(call, app);
  };

  return async (request, response, signal) => {
    const url = new URL(request.url ?? "/", "http://simulator");
    const method = request.method ?? "GET";
    const call = await readCall(request, url);
    const reply = parts.faults.take(url.pathname) ?? attempt(() => answer(call, method, url.pathname));
    const latencyMs = latencyOf(core, url.pathname);
    if (latencyMs > 0) await core.ports.clock.sleep(latencyMs, signal);
    const requestId = core.ids.uuid().toUpperCase();
    response.setHeader("x-acs-request-id", requestId);
    const body = withRequestId(reply, requestId);
    parts.calls.add({
      atMs: core.nowMs(),
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      host: request.headers.host,
      headers: call.headers,
      body: parseJson(call.bodyText) ?? call.bodyText,
      status: reply.status,
      answer: body,
    });
    send(response, { ...reply, body });
  };
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

function latencyOf(core: Core, path: string): number {
  const { latencyMs } = core.options;
  return typeof latencyMs === "number" ? latencyMs : (latencyMs[path] ?? 0);
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

/** Error answers of the new gateway carry `requestid`, in lower case. */
function withRequestId({ status, body }: Reply, requestid: string): unknown {
  return status >= 400 && isObject(body) && "code" in body ? { requestid, ...body } : body;
}

export function send(response: ServerResponse, { status, body, contentType }: Reply): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const fallback = typeof body === "string" ? "text/plain;charset=utf-8" : "application/json;charset=utf-8";
  response.writeHead(status, {
    "content-type": contentType ?? fallback,
    "content-length": Buffer.byteLength(text),
    server: "DingTalk/1.0.0",
  });
  response.end(text);
}
