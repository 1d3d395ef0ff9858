import { DEFAULT_ACCOUNT_ID } from "openclaw/plugin-sdk/account-id";
import {
  buildProbeChannelStatusSummary,
  createComputedAccountStatusAdapter,
  createDefaultChannelRuntimeState,
} from "openclaw/plugin-sdk/status-helpers";

import type { DingTalkAccount } from "./accounts.ts";
import { crashLoopIssues } from "./crash-loop-issue.ts";
import type { Status } from "./host-types.ts";
import type { ProbeResult } from "./probe.ts";
import { modeText, quotaFacts, quotaIssues } from "./quota-status.ts";
import { sharesDirectSession } from "./session-scope.ts";
import { sharedSessionIssues } from "./shared-session-issues.ts";
import { storeIssues } from "./store-status.ts";
import { connectionFacts, gapIssues } from "./stream-status.ts";

/** Status of accounts; reads what `gateway.ts` publishes, and probes on request. */
export const status: Status = createComputedAccountStatusAdapter<DingTalkAccount, ProbeResult>({
  defaultRuntime: createDefaultChannelRuntimeState(DEFAULT_ACCOUNT_ID),
  buildChannelSummary: ({ snapshot }) => buildProbeChannelStatusSummary(snapshot),
  probeAccount: async ({ account, timeoutMs }) => {
    const { probeAccount } = await import("./on-demand.ts");
    return probeAccount(account, timeoutMs);
  },
  formatCapabilitiesProbe: ({ probe }) => [
    probe.ok
      ? { text: `Probe: ok, Stream endpoint ${probe.endpoint ?? "known"}`, tone: "success" }
      : { text: `Probe: ${probe.error ?? "failed"}`, tone: "error" },
  ],
  collectStatusIssues: (accounts) => [
    ...crashLoopIssues(accounts),
    ...sharedSessionIssues(accounts),
    ...gapIssues(accounts, Date.now()),
    ...storeIssues(accounts),
    ...quotaIssues(accounts),
  ],
  resolveAccountSnapshot: ({ account, cfg, runtime }) => ({
    accountId: account.accountId,
    enabled: account.enabled,
    configured: account.configured,
    ...(account.name !== undefined && { name: account.name }),
    extra: {
      mode: modeText(quotaFacts(runtime)),
      tokenSource: account.credentialSource,
      ...(account.settings && { dmPolicy: account.settings.dmPolicy }),
      ...(sharesDirectSession(cfg) && { sharedSession: true }),
      ...connectionFacts(runtime),
      ...quotaFacts(runtime),
    },
  }),
});
