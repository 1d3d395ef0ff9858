// What the end-to-end tests use of the demo.
export { runChat, type Terminal } from "./chat.ts";
export { buildConfig, type ConfigOptions, type ModelEndpoint } from "./config.ts";
export { freePort, openGateway, GatewayError, type Gateway, type GatewayOptions } from "./gateway.ts";
export type { LogLines } from "./log-lines.ts";
export { openModel, type ModelOptions, type ModelRequest, type StandInModel } from "./model/model.ts";
export {
  openHome,
  OPENCLAW_ENTRY,
  type CommandResult,
  type HomeOptions,
  type OpenClawHome,
} from "./openclaw-home.ts";
export { PLUGIN_FOLDER } from "./open-demo.ts";
export { runRealChat } from "./real-chat.ts";
