import type { ClaimId } from "./database/operations.ts";

/** A claim as callers carry it: text, so that another engine can put something else there. */
export function formatClaimId({ seq, fence }: ClaimId): string {
  return `${seq}.${fence}`;
}

/** What is no claim of ours holds nothing: no row has these numbers. */
export function parseClaimId(claim: string): ClaimId {
  const [seq, fence] = claim.split(".").map(Number);
  return Number.isSafeInteger(seq) && Number.isSafeInteger(fence)
    ? { seq: seq ?? 0, fence: fence ?? 0 }
    : { seq: 0, fence: 0 };
}
