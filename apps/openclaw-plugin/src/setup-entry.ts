import { defineSetupPluginEntry } from "openclaw/plugin-sdk/channel-core";

import { dingtalkPlugin } from "./channel.ts";

export default defineSetupPluginEntry(dingtalkPlugin);
