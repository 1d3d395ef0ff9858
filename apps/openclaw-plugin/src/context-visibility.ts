import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { storedAccountKey } from "./accounts.ts";
import { CHANNEL_ID } from "./ids.ts";

const MODES = ["all", "allowlist", "allowlist_quote"] as const;
export type ContextVisibility = (typeof MODES)[number];

/**
 * Which words of others than the sender reach the agent: the host's key, of the account, else of the channel, else of all
 * channels. The host's own reader of it stands in a module that it has given up.
 */
export function contextVisibility(cfg: OpenClawConfig, accountId: string): ContextVisibility {
  const channel = fields(cfg.channels?.[CHANNEL_ID]);
  const key = storedAccountKey(cfg, accountId);
  const account = key === undefined ? {} : fields(fields(channel["accounts"])[key]);
  const written = [account, channel, fields(cfg.channels?.defaults)]
    .map((section) => section["contextVisibility"])
    .find((value) => value !== undefined);
  // What cannot be read lets through as little as there is.
  return written === undefined ? "all" : (MODES.find((mode) => mode === written) ?? "allowlist");
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
