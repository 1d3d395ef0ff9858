import type { AccountSnapshot, StatusIssue } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { SHARED_SESSION } from "./session-scope.ts";

/** Said once for the channel, not for each account: the setting is the host's, and holds for all of them. */
export function sharedSessionIssues(snapshots: readonly AccountSnapshot[]): StatusIssue[] {
  const shared = snapshots.find(
    (snapshot: AccountSnapshot & { readonly sharedSession?: boolean }) =>
      snapshot.enabled !== false && snapshot.sharedSession === true,
  );
  if (shared === undefined) return [];
  const { detail, remediation } = SHARED_SESSION;
  return [
    { channel: CHANNEL_ID, accountId: shared.accountId, kind: "config", message: detail, fix: remediation },
  ];
}
