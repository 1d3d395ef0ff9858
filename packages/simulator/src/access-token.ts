import type { RegisteredApp } from "./app.ts";
import type { Core } from "./core.ts";
import { textAt } from "./json.ts";
import { apiRefusal, oapiRefusal, ok } from "./refusal.ts";
import type { Route } from "./route.ts";

interface Grant {
  readonly token: string;
  readonly clientId: string;
  expiresAtMs: number;
}

export interface AccessTokens {
  readonly routes: readonly Route[];
  /** The app that owns `token`. @throws Refusal when the token is unknown or has expired. */
  appOf(token: string | undefined): RegisteredApp;
  /** Makes every token that was given out invalid. */
  expireAll(): void;
}

/** Within its life the same token is given again and lives longer; both gateways give the same one. */
export function createAccessTokens(core: Core): AccessTokens {
  const grants = new Map<string, Grant>();
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
    appOf(token) {
      const grant = token === undefined ? undefined : grants.get(token);
      const app = grant !== undefined && isLive(grant) ? core.apps.get(grant.clientId) : undefined;
      if (app !== undefined) return app;
      throw apiRefusal(core.options.tokenRefusalStatus, "InvalidAuthentication", "不合法的access_token");
    },
    expireAll: () => grants.clear(),
  };
}

/** Whether the request says that its body is JSON. */
export function isJson(headers: Readonly<Record<string, string>>): boolean {
  return (headers["content-type"] ?? "").toLowerCase().startsWith("application/json");
}
