import { createPluginRuntimeStore } from "openclaw/plugin-sdk/runtime-store";
import type { PluginRuntime } from "openclaw/plugin-sdk/runtime-store";

import { CHANNEL_ID } from "./ids.ts";

const store = createPluginRuntimeStore<PluginRuntime>({
  pluginId: CHANNEL_ID,
  errorMessage: "the DingTalk channel was used before OpenClaw registered it",
});

/** Keeps what the host hands to the plugin when it registers. */
export const setHostRuntime: (runtime: PluginRuntime) => void = store.setRuntime;
/** @throws Error before registration. */
export const getHostRuntime: () => PluginRuntime = store.getRuntime;

export type { PluginRuntime };
