import type { RegisteredApp } from "./app.ts";
import type { Core } from "./core.ts";
import { textAt } from "./json.ts";
import { apiRefusal, oapiRefusal, ok } from "./refusal.ts";
import type { Call, CallSubject, Route } from "./route.ts";

interface Grant {
  readonly token: string;
  readonly clientId: string;
  expiresAtMs: number;
}

export interface AccessTokens {
  readonly routes: readonly Route[];
  /** The app whose token the call carries. @throws Refusal when the token is unknown, has expired or dies now. */
  admit(call: Call, subject: CallSubject): RegisteredApp;
  /** The client id of whoever calls, as far as the call tells. */
  callerOf(call: Call): string | undefined;
  /** Makes every token that was given out invalid. */
  expireAll(): void;
}

const TOKEN_HEADER = "x-acs-dingtalk-access-token";

/** Within its life the same token is given again and lives longer; both gateways give the same one. */
export function createAccessTokens(core: Core): AccessTokens {
  const grants = new Map<string, Grant>();
  /** Tokens that a fault killed, and the status that they are refused with. */
  const killed = new Map<string, 400 | 401>();
  const isLive = (grant: Grant): boolean => grant.expiresAtMs > core.nowMs();

  const issue = (clientId: string): Grant => {
    const current = [...grants.values()].find((grant) => grant.clientId === clientId && isLive(grant));
    const grant = current ?? { token: core.ids.hex(), clientId, expiresAtMs: 0 };
    grant.expiresAtMs = core.nowMs() + core.options.tokenTtlMs;
    grants.set(grant.token, grant);
    return grant;
  };
  const lifeSeconds = Math.floor(core.options.tokenTtlMs / 1000);
  const isApp = (clientId: string | undefined, secret: string | undefined): clientId is string =>
    clientId !== undefined && core.apps.get(clientId)?.clientSecret === secret;

  return {
    routes: [
      {
        access: "open",
        method: "POST",
        path: "/v1.0/oauth2/accessToken",
        handle({ headers, body }) {
          if (!isJson(headers)) throw apiRefusal(400, "Missingbody", "body is mandatory for this action.");
          const clientId = textAt(body, "appKey");
          if (!isApp(clientId, textAt(body, "appSecret"))) {
            throw apiRefusal(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret");
          }
          const grant = issue(clientId);
          return ok({ accessToken: grant.token, expireIn: lifeSeconds });
        },
      },
      {
        access: "open",
        method: "GET",
        path: "/gettoken",
        handle({ query }) {
          const clientId = query.get("appkey") ?? undefined;
          if (!isApp(clientId, query.get("appsecret") ?? undefined)) {
            throw oapiRefusal(40_089, "不合法的corpid或corpsecret");
          }
          const grant = issue(clientId);
          return ok({ errcode: 0, errmsg: "ok", access_token: grant.token, expires_in: lifeSeconds });
        },
      },
    ],
    admit({ headers }, subject) {
      const token = headers[TOKEN_HEADER] ?? "";
      const grant = grants.get(token);
      const app = grant !== undefined && isLive(grant) ? core.apps.get(grant.clientId) : undefined;
      // Only a token that lives can die: calls that are refused anyway are no opportunity.
      const death = app === undefined ? undefined : core.faults.strike("call.expired-token", subject);
      if (app !== undefined && death === undefined) return app;
      if (death !== undefined) {
        grants.delete(token);
        killed.set(token, death.status);
      }
      const status = killed.get(token) ?? core.options.tokenRefusalStatus;
      throw apiRefusal(status, "InvalidAuthentication", "不合法的access_token");
    },
    callerOf: ({ headers, query, body }) =>
      grants.get(headers[TOKEN_HEADER] ?? "")?.clientId ??
      textAt(body, "clientId") ??
      textAt(body, "appKey") ??
      query.get("appkey") ??
      undefined,
    expireAll: () => grants.clear(),
  };
}

/** Whether the request says that its body is JSON. */
export function isJson(headers: Readonly<Record<string, string>>): boolean {
  return (headers["content-type"] ?? "").toLowerCase().startsWith("application/json");
}
