import { createSimpleChannelSecretContract } from "openclaw/plugin-sdk/channel-secret-basic-runtime";

import { CHANNEL_ID } from "./ids.ts";

/** Which keys may be SecretRefs, at the top and in each account. */
export const secrets: ReturnType<typeof createSimpleChannelSecretContract> =
  createSimpleChannelSecretContract({
    channelKey: CHANNEL_ID,
    label: "DingTalk",
    accountFields: ["clientSecret"],
    channelFields: ["clientSecret"],
    mode: "account-inheritance",
  });
