import { buildChannelOutboundSessionRoute } from "openclaw/plugin-sdk/channel-core";

import type { Messaging } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { resolveTarget } from "./named-target.ts";
import { directScope } from "./session-scope.ts";
import { formatTarget, parseTarget, readTarget, TARGET_PREFIXES } from "./targets.ts";

/** How targets are written, and which session a message to one of them belongs to. */
export const messaging: Messaging = {
  targetPrefixes: TARGET_PREFIXES,
  targetIdComparison: "case-sensitive",
  directTargetStyle: "user-prefixed",
  normalizeTarget: (raw) => {
    const target = parseTarget(raw);
    return target && formatTarget(target);
  },
  inferTargetChatType: ({ to }) => {
    const written = readTarget(to);
    const kind = written?.id?.kind ?? written?.among;
    if (kind === undefined) return undefined;
    return kind === "group" ? "group" : "direct";
  },
  targetResolver: {
    // The host looks names up by parts of them, and takes the one that fits: we want them exact, see `resolveTarget`.
    looksLikeId: () => true,
    hint: "<user:STAFF_ID | group:OPEN_CONVERSATION_ID | cid… | NAME>",
    resolveTarget: async ({ cfg, accountId, input }) => {
      const target = await resolveTarget(input, async () => {
        const { findNamesOfTargets } = await import("./on-demand.ts");
        return findNamesOfTargets(cfg, accountId);
      });
      return { to: formatTarget(target), kind: target.kind, source: "normalized" };
    },
  },
  resolveOutboundSessionRoute: ({ cfg, agentId, accountId, target: raw }) => {
    const target = parseTarget(raw);
    if (target === undefined) return null;
    const group = target.kind === "group";
    const id = group ? target.conversationId : target.staffId;
    const kind = group ? "group" : "direct";
    const dmScope = directScope(cfg);
    return buildChannelOutboundSessionRoute({
      // The host takes the scope from the config here; ours must hold for what we send as well as for what we receive.
      cfg: dmScope === undefined ? cfg : { ...cfg, session: { ...cfg.session, dmScope } },
      agentId,
      channel: CHANNEL_ID,
      ...(accountId && { accountId }),
      recipientSessionExact: true,
      peer: { kind, id },
      chatType: kind,
      from: group ? `${CHANNEL_ID}:group:${id}` : `${CHANNEL_ID}:${id}`,
      to: formatTarget(target),
    });
  },
};
