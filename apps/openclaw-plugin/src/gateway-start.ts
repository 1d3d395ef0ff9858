import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";

import { createHostLogger } from "./log.ts";

/** Sees to what a gateway does at its start whether it starts our accounts or not. Commands never come here. */
export function registerGatewayStart(api: OpenClawPluginApi): void {
  api.on("gateway_start", async (_event, { config }) => {
    if (config === undefined) return;
    const { claimWhileDown } = await import("./on-demand.ts");
    const log = createHostLogger(api.logger, { accountId: "start", debug: false });
    await claimWhileDown({ core: api.runtime, cfg: config, log });
  });
}
