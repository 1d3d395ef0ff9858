import type { AccountSnapshot, StatusIssue } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";

/** How the host's reason begins. Observed in 2026.9.6, not documented; a test of the real gateway would fail if it changed. */
const TRIPPED = "gateway restart-loop breaker tripped";

/**
 * Tells in the host's form that it keeps the channel down after several unclean starts, and which command starts it. Said
 * once for the channel: the command holds for all of its accounts.
 */
export function crashLoopIssues(snapshots: readonly AccountSnapshot[]): StatusIssue[] {
  const down = snapshots.find(
    ({ running, lastError }) => running !== true && lastError?.startsWith(TRIPPED) === true,
  );
  if (down === undefined) return [];
  return [
    {
      channel: CHANNEL_ID,
      accountId: down.accountId,
      kind: "runtime",
      message:
        "OpenClaw keeps the channel down because it ended uncleanly several times within five minutes; what is in the inbox is answered once it starts",
      fix: `mend what made it crash, then run: openclaw gateway call channels.start --params '{"channel":"${CHANNEL_ID}"}'`,
    },
  ];
}
