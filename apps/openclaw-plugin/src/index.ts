import { defineChannelPluginEntry } from "openclaw/plugin-sdk/channel-core";

import { dingtalkPlugin } from "./channel.ts";
import { registerCommands } from "./cli.ts";
import { registerGatewayMethods } from "./gateway-methods.ts";
import { registerGatewayStart } from "./gateway-start.ts";
import { hostVersionWarning } from "./host-version.ts";
import { CHANNEL_ID } from "./ids.ts";
import { registerRunUsage } from "./run-usage.ts";
import { setHostRuntime } from "./runtime.ts";

export default defineChannelPluginEntry({
  id: CHANNEL_ID,
  name: "DingTalk",
  description: "DingTalk (钉钉) channel: Stream mode, streaming AI cards, real pairing",
  plugin: dingtalkPlugin,
  setRuntime: setHostRuntime,
  registerCliMetadata: registerCommands,
  registerFull(api) {
    registerGatewayMethods(api);
    registerGatewayStart(api);
    registerRunUsage(api);
    const warning = hostVersionWarning(api.runtime.version);
    if (warning !== undefined) api.logger.warn(warning);
  },
});
