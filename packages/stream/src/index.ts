export { createStreamClient } from "./stream-client.ts";
export type { StreamClient } from "./stream-client.ts";
export type { StreamOptions, Subscription } from "./options.ts";
export type { StreamStatus } from "./status.ts";
export { probeStream } from "./probe.ts";
export type { StreamProbe } from "./probe.ts";
