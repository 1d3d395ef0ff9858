import { createScopedDmSecurityResolver } from "openclaw/plugin-sdk/channel-config-helpers";
import { identityEntryAuthenticationClassifier } from "openclaw/plugin-sdk/channel-ingress-runtime";

import type { DingTalkAccount } from "./accounts.ts";
import type { Security } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { findings, plaintextFindings } from "./security-findings.ts";
import { senderIdentity } from "./sender-identity.ts";
import { directScope } from "./session-scope.ts";
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
  collectWarnings: ({ cfg, account }) => [...findings(cfg, account)],
  collectAuditFindings: ({ sourceConfig, account }) => [
    ...plaintextFindings(sourceConfig, account.accountId, process.env),
  ],
};
