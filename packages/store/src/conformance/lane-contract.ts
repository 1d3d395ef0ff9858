import { claimProofs } from "./claim-proofs.ts";
import { fuzzProofs } from "./fuzz-proofs.ts";
import { inboxProofs } from "./inbox-proofs.ts";
import { laneProofs } from "./lane-proofs.ts";
import { retryProofs } from "./retry-proofs.ts";
import { playAll } from "./scene.ts";
import type { StoreCase, StoreUnderTest } from "./store-under-test.ts";

/** What every store promises while its process lives, as cases for a test runner. Quick, on a manual clock. */
export function laneContract(store: StoreUnderTest): readonly StoreCase[] {
  return playAll(store, { ...laneProofs, ...claimProofs, ...retryProofs, ...inboxProofs, ...fuzzProofs });
}
