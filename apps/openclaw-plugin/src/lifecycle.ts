import type { Plugin } from "./host-types.ts";
import { getHostRuntime } from "./runtime.ts";

/** What the host lets a channel do before accounts are started. */
export const lifecycle: NonNullable<Plugin["lifecycle"]> = {
  async runStartupMaintenance({ cfg, log }) {
    const { claimInterruptedSessions } = await import("./on-demand.ts");
    await claimInterruptedSessions({ core: getHostRuntime(), cfg, log });
  },
};
