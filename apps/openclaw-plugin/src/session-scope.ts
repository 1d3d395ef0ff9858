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
export function effectiveDirectScope(cfg: OpenClawConfig): DmScope {
  return directScope(cfg) ?? cfg.session?.dmScope ?? "main";
}
