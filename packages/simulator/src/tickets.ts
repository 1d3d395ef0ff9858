import type { RegisteredApp } from "./app.ts";
import type { Core } from "./core.ts";
import { isObject, textAt } from "./json.ts";
import { apiRefusal, ok } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import type { Call, Route } from "./route.ts";
import { readSubscriptions } from "./subscription.ts";
import type { Subscription } from "./subscription.ts";

/** What a ticket lets in: one socket of this app with these subscriptions. */
export interface Admission {
  readonly app: RegisteredApp;
  readonly subscriptions: readonly Subscription[];
}

export interface Tickets {
  readonly routes: readonly Route[];
  /** What `ticket` is good for. A ticket is gone after the first use. */
  redeem(ticket: string): Admission | undefined;
}

/** `POST /v1.0/gateway/connections/open`. */
export function createTickets(core: Core, websocketUrl: () => string): Tickets {
  const admissions = new Map<string, Admission & { readonly expiresAtMs: number }>();

  const open = (call: Call): Reply => {
    const app = authenticate(core, call);
    const subscriptions = readSubscriptions(call.body);
    if (subscriptions === undefined) {
      throw apiRefusal(400, "invalidParameter.subscriptions", "subscriptions 为空或类型不合法");
    }
    if (!app.published || app.mode === "http") {
      throw apiRefusal(400, "invalidParameter", "应用未发布或机器人未开启 Stream 模式");
    }
    const ticket = core.ids.uuid();
    for (const [old, admission] of admissions) {
      if (admission.expiresAtMs <= core.nowMs()) admissions.delete(old);
    }
    admissions.set(ticket, { app, subscriptions, expiresAtMs: core.nowMs() + core.options.ticketTtlMs });
    const endpoint = websocketUrl();
    return wantsJson(core, call) ? ok({ endpoint, ticket }) : asXml(endpoint, ticket);
  };

  return {
    routes: [{ access: "open", method: "POST", path: "/v1.0/gateway/connections/open", handle: open }],
    redeem(ticket) {
      const admission = admissions.get(ticket);
      admissions.delete(ticket);
      return admission !== undefined && admission.expiresAtMs > core.nowMs() ? admission : undefined;
    },
  };
}

function authenticate(core: Core, { body }: Call): RegisteredApp {
  if (!isObject(body)) throw apiRefusal(400, "Missingbody", "body is mandatory for this action.");
  const app = core.apps.get(textAt(body, "clientId") ?? "");
  if (app === undefined || app.clientSecret !== textAt(body, "clientSecret")) {
    throw apiRefusal(401, "authFailed", "鉴权失败");
  }
  return app;
}

function wantsJson(core: Core, { headers }: Call): boolean {
  return !core.options.requireAcceptHeader || (headers["accept"] ?? "").includes("application/json");
}

function asXml(endpoint: string, ticket: string): Reply {
  const body = `<?xml version="1.0" encoding="UTF-8"?><OpenConnectionResponse><endpoint>${endpoint}</endpoint><ticket>${ticket}</ticket></OpenConnectionResponse>`;
  return { status: 200, body, contentType: "application/xml;charset=utf-8" };
}
