export { createManualClock } from "./manual-clock.ts";
export type { ManualClock } from "./manual-clock.ts";
export { createRecordingLogger } from "./recording-logger.ts";
export type { LogLine } from "./recording-logger.ts";
export { stateContract } from "./state-contract.ts";
export type { StateContractCase } from "./state-contract.ts";
