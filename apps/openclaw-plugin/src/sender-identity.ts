import { defineStableChannelIngressIdentity } from "openclaw/plugin-sdk/channel-ingress-runtime";

import { stripAllowPrefix } from "./targets.ts";

/** DingTalk itself names the sender, over a connection that only this app's secret opens. */
export const senderIdentity: ReturnType<typeof defineStableChannelIngressIdentity> =
  defineStableChannelIngressIdentity({
    key: "dingtalk-staff-id",
    normalize: stripAllowPrefix,
    sensitivity: "pii",
    authentication: "verified",
  });
