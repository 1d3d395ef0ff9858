import type { RegisteredApp } from "./app.ts";
import type { Conversation } from "./chat.ts";
import type { Core } from "./core.ts";

/** What a session webhook lets in: sends of this robot into this conversation. */
export interface Session {
  readonly app: RegisteredApp;
  readonly conversation: Conversation;
  /** The message that brought the webhook. */
  readonly messageId: string;
  readonly expiresAtMs: number;
}

export interface Sessions {
  /** A new reply URL for one conversation. */
  open(
    app: RegisteredApp,
    conversation: Conversation,
    messageId: string,
  ): { readonly url: string; readonly expiresAtMs: number };
  /** The session, unless it is unknown or has expired. */
  find(session: string | undefined): Session | undefined;
}

export function createSessions(core: Core, oapiUrl: () => string): Sessions {
  const sessions = new Map<string, Session>();
  return {
    open(app, conversation, messageId) {
      const key = core.ids.hex();
      const expiresAtMs = core.nowMs() + core.options.sessionTtlMs;
      sessions.set(key, { app, conversation, messageId, expiresAtMs });
      for (const [old, session] of sessions) {
        if (session.expiresAtMs > core.nowMs()) break;
        sessions.delete(old);
      }
      return { url: `${oapiUrl()}/robot/sendBySession?session=${key}`, expiresAtMs };
    },
    find(key) {
      const session = key === undefined ? undefined : sessions.get(key);
      return session !== undefined && session.expiresAtMs > core.nowMs() ? session : undefined;
    },
  };
}
