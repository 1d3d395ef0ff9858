import { failureLine } from "./failure.ts";
import type { AccountSnapshot, StatusIssue } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";
import { shortLine } from "./short-line.ts";

/** What the host's snapshots have no field for; it keeps and shows it all the same. */
interface StoreFacts {
  /** Why messages cannot be kept on disk at the moment. */
  readonly storeProblem: string | null;
}

/** Tells the host whether messages can be kept. */
export function createStoreReporter(
  publish: (patch: Omit<AccountSnapshot, "accountId"> & StoreFacts) => void,
): (problem: Error | undefined) => void {
  return (problem) => publish({ storeProblem: problem === undefined ? null : failureLine(problem) });
}

/** Accounts that cannot keep their messages, in the host's form. */
export function storeIssues(snapshots: readonly AccountSnapshot[]): StatusIssue[] {
  return snapshots.flatMap((snapshot) => {
    const published: AccountSnapshot & Partial<StoreFacts> = snapshot;
    const { storeProblem } = published;
    if (storeProblem === undefined || storeProblem === null) return [];
    return [
      {
        channel: CHANNEL_ID,
        accountId: snapshot.accountId,
        kind: "runtime" as const,
        message: shortLine(`messages cannot be kept: ${storeProblem}`),
      },
    ];
  });
}
