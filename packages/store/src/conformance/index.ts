export { laneContract } from "./lane-contract.ts";
export { crashContract, singleOwnerContract } from "./crash-contract.ts";
export { runWithCrashes } from "./crash-run.ts";
export type { CrashReport, CrashRunOptions } from "./crash-run.ts";
export type { Audit } from "./audit.ts";
export type { TurnShape } from "./child-lines.ts";
export type { OpenStore, StoreCase, StoreLimits, StorePlace, StoreUnderTest } from "./store-under-test.ts";
