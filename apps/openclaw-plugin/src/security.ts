import { createScopedDmSecurityResolver } from "openclaw/plugin-sdk/channel-config-helpers";
import { identityEntryAuthenticationClassifier } from "openclaw/plugin-sdk/channel-ingress-runtime";

import type { DingTalkAccount } from "./accounts.ts";
import type { Security } from "./host-types.ts";
import { CHANNEL_ID, CONFIG_PATH } from "./ids.ts";
import { senderIdentity } from "./sender-identity.ts";
import { directScope, SHARED_SESSION, sharesDirectSession } from "./session-scope.ts";
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
    ...(sharesDirectSession(cfg) ? [SHARED_SESSION_FINDING] : []),
    ...account.problems.map(({ severity, path, message }) => ({
      checkId: "dingtalk.config",
      severity: severity === "error" ? ("critical" as const) : ("warn" as const),
      title: severity === "error" ? "DingTalk account cannot start" : "DingTalk setting needs attention",
      detail: `${path}: ${message}`,
    })),
    ...(account.settings?.groupPolicy === "open" ? [OPEN_GROUPS] : []),
  ],
};

const SHARED_SESSION_FINDING = {
  checkId: "dingtalk.shared-dm-session",
  severity: "warn",
  ...SHARED_SESSION,
} as const;

const OPEN_GROUPS = {
  checkId: "dingtalk.open-groups",
  severity: "warn",
  title: "DingTalk robot answers in every group",
  detail: `${CONFIG_PATH}.groupPolicy is "open": whoever adds the robot to a group can use the agent.`,
  remediation: `Set ${CONFIG_PATH}.groupPolicy to "allowlist" and list the groups under ${CONFIG_PATH}.groups.`,
} as const;
