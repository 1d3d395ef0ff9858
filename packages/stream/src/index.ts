export { createStreamClient } from "./stream-client.ts";
export type { StreamClient, StreamDeps } from "./stream-client.ts";
export type { StreamOptions, Subscription } from "./options.ts";
export type { StreamGap, StreamStatus } from "./status.ts";
export { createStartPacer } from "./start-pacer.ts";
export type { StartPacer, StartPacerOptions } from "./start-pacer.ts";
export { probeStream } from "./probe.ts";
export type { StreamProbe } from "./probe.ts";
