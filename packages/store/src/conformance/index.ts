export { laneContract } from "./lane-contract.ts";
export type { OpenStore, StoreCase, StoreLimits, StorePlace, StoreUnderTest } from "./store-under-test.ts";
