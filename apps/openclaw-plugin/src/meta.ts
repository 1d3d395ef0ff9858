import type { Plugin } from "./host-types.ts";
import { CHANNEL_ID } from "./ids.ts";

/** How the host names the channel. package.json repeats it, so that lists work without loading the plugin. */
export const meta = {
  id: CHANNEL_ID,
  label: "DingTalk",
  selectionLabel: "DingTalk (钉钉)",
  docsPath: "/channels/dingtalk",
  docsLabel: CHANNEL_ID,
  blurb: "DingTalk robot over Stream mode: 1:1 chats and groups, AI cards that grow while the agent writes.",
  order: 40,
  aliases: ["dd", "ding"],
  markdownCapable: true,
  quickstartAllowFrom: true,
} as const satisfies Omit<Plugin["meta"], "aliases"> & { readonly aliases: readonly string[] };
