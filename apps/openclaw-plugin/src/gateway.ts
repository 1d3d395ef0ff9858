import type { Gateway } from "./host-types.ts";

/** Runs accounts. */
export const gateway: Gateway = {
  async startAccount(ctx) {
    const { startAccount } = await import("./on-demand.ts");
    await startAccount(ctx);
  },
};
