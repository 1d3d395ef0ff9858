import { createScopedDmSecurityResolver } from "openclaw/plugin-sdk/channel-config-helpers";
import { identityEntryAuthenticationClassifier } from "openclaw/plugin-sdk/channel-ingress-runtime";

import type { DingTalkAccount } from "./accounts.ts";
import type { Security } from "./host-types.ts";
import { CHANNEL_ID, CONFIG_PATH } from "./ids.ts";
import { senderIdentity } from "./sender-identity.ts";
import { directScope, effectiveDirectScope } from "./session-scope.ts";
import { stripAllowPrefix } from "./targets.ts";

/** Who may write in 1:1 chats, how those are kept apart, and what an audit should say about it. */
export const security: Security = {
  resolveDmPolicy: createScopedDmSecurityResolver<DingTalkAccount>({
    channelKey: CHANNEL_ID,
    resolvePolicy: ({ settings }) => settings?.dmPolicy,
    resolveAllowFrom: ({ settings }) => settings && [...settings.allowFrom],
    defaultPolicy: "pairing",
    policyPathSuffix: "dmPolicy",
    normalizeEntry: stripAllowPrefix,
    classifyEntryAuthentication: identityEntryAuthenticationClassifier(senderIdentity),
  }),
  dmRouting: { resolveDmScope: ({ cfg }) => directScope(cfg) },
  collectWarnings: ({ cfg, account }) => [
    ...(effectiveDirectScope(cfg) === "main" ? [SHARED_SESSION] : []),
    ...account.problems.map(({ severity, path, message }) => ({
      checkId: "dingtalk.config",
      severity: severity === "error" ? ("critical" as const) : ("warn" as const),
      title: severity === "error" ? "DingTalk account cannot start" : "DingTalk setting needs attention",
      detail: `${path}: ${message}`,
    })),
    ...(account.settings?.groupPolicy === "open" ? [OPEN_GROUPS] : []),
  ],
};

const SHARED_SESSION = {
  checkId: "dingtalk.shared-dm-session",
  severity: "warn",
  title: "DingTalk 1:1 chats share one session",
  detail:
    'session.dmScope is "main": everybody who writes to the robot reads from the same context, and waits for the others.',
  remediation: 'Remove session.dmScope, or set it to "per-account-channel-peer".',
} as const;

const OPEN_GROUPS = {
  checkId: "dingtalk.open-groups",
  severity: "warn",
  title: "DingTalk robot answers in every group",
  detail: `${CONFIG_PATH}.groupPolicy is "open": whoever adds the robot to a group can use the agent.`,
  remediation: `Set ${CONFIG_PATH}.groupPolicy to "allowlist" and list the groups under ${CONFIG_PATH}.groups.`,
} as const;
