import { PAIRING_APPROVED_MESSAGE } from "openclaw/plugin-sdk/channel-status";

import type { Plugin } from "./host-types.ts";
import { stripAllowPrefix } from "./targets.ts";

/** Approval of strangers with `openclaw pairing approve dingtalk CODE`. Ids keep their case. */
export const pairing: NonNullable<Plugin["pairing"]> = {
  idLabel: "dingtalkStaffId",
  normalizeAllowEntry: stripAllowPrefix,
  notifyApproval: async ({ cfg, id, accountId }) => {
    const { sendText } = await import("./on-demand.ts");
    await sendText({ cfg, to: `user:${id}`, text: PAIRING_APPROVED_MESSAGE, accountId });
  },
};
