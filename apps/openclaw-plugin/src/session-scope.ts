import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

type DmScope = NonNullable<NonNullable<OpenClawConfig["session"]>["dmScope"]>;

/**
 * How 1:1 chats share sessions. The host's default puts everybody into the agent's one main session: colleagues would
 * read each other's context. So each person gets a session of their own, unless the user chose otherwise.
 *
 * @returns undefined when the user set `session.dmScope`: then the host's own resolution holds.
 */
export function directScope(cfg: OpenClawConfig): DmScope | undefined {
  return cfg.session?.dmScope === undefined ? "per-account-channel-peer" : undefined;
}

/** The scope that holds in the end, before a binding of one person overrides it. */
function effectiveDirectScope(cfg: OpenClawConfig): DmScope {
  return directScope(cfg) ?? cfg.session?.dmScope ?? "main";
}

/** What status and audit say when everybody shares one session; one place, so that both say the same. */
export const SHARED_SESSION = {
  title: "DingTalk 1:1 chats share one session",
  detail:
    'session.dmScope is "main": everybody who writes to the robot reads from the same context, and waits for the others.',
  remediation: 'Remove session.dmScope, or set it to "per-account-channel-peer".',
} as const;

/** Whether people read each other's context in 1:1 chats. */
export function sharesDirectSession(cfg: OpenClawConfig): boolean {
  return effectiveDirectScope(cfg) === "main";
}
