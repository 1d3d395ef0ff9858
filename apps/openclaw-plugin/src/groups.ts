import { resolveChannelGroupToolsPolicy } from "openclaw/plugin-sdk/channel-policy";

import { resolveAccount } from "./accounts.ts";
import { groupGate } from "./group-gate.ts";
import type { Plugin } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";

/** What the host asks about groups besides who may write in them. */
export const groups: NonNullable<Plugin["groups"]> = {
  resolveRequireMention: ({ cfg, accountId, groupId }) => {
    const { settings } = resolveAccount(cfg, accountId);
    return settings && groupGate(settings, groupId ?? "").requireMention;
  },
  // The host may know the group only from a session key, which is lower case.
  resolveToolPolicy: (group) =>
    resolveChannelGroupToolsPolicy({ ...group, channel: CHANNEL_ID, groupIdCaseInsensitive: true }),
};
