import type { RegisteredApp } from "./app.ts";
import type { JsonObject } from "./json.ts";
import type { Reply } from "./refusal.ts";

/** An HTTP call as a route sees it. */
export interface Call {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly bodyText: string;
  /** The JSON object of the body; empty when the body is something else. */
  readonly body: JsonObject;
}

/** What faults tell calls apart by. */
export interface CallSubject {
  readonly path: string;
  readonly method: string;
  /** The body as it came. */
  readonly holds: string;
  readonly clientId: string | undefined;
}

/** `open` routes check their caller themselves; `token` routes get the app that owns the access token. */
export type Route =
  | {
      readonly access: "open";
      readonly method: string;
      readonly path: string;
      handle(call: Call): Reply;
    }
  | {
      readonly access: "token";
      readonly method: string;
      readonly path: string;
      /** The permission that the app needs. */
      readonly scope: string;
      handle(call: Call, app: RegisteredApp): Reply;
    };
