import { keyHints, lenientSectionSchema } from "@dingtalk-kit/config";
import {
  buildChannelAccountSchemaParts,
  buildJsonChannelConfigSchema,
} from "openclaw/plugin-sdk/channel-config-schema";

/** Keys that the host itself reads from every channel's section (`streaming`, `textChunkLimit`, `healthMonitor`, …). */
export const HOST_KEYS: readonly string[] = Object.keys(buildChannelAccountSchemaParts().accountShape);

/** Keys of a group that the host reads: which tools the agent has there. */
export const HOST_GROUP_KEYS: readonly string[] = ["tools", "toolsBySender"];

/**
 * What the host validates `channels.dingtalk` with. It refuses nothing on purpose: the host does not start at all with
 * a section that its schema refuses. `accounts.ts` refuses account by account.
 */
export const channelConfigSchema: ReturnType<typeof buildJsonChannelConfigSchema> =
  buildJsonChannelConfigSchema({ ...lenientSectionSchema() }, { uiHints: { ...keyHints() } });
