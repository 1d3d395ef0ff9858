/** A DingTalk plugin for OpenClaw, ours or another. */
export interface KnownPlugin {
  /** Manifest id: its key under `plugins.entries`. */
  readonly id: string;
  /** Names on npm. */
  readonly packages: readonly string[];
  /** Channels that its manifest claims. `openclaw plugins uninstall` deletes the settings of all of them. */
  readonly channels: readonly string[];
}

/** The id of our plugin and of its channel. */
export const OUR_ID = "dingtalk";

/** Our plugin on npm. */
export const OUR_PACKAGE = "openclaw-plugin-dingtalk";

/** Other DingTalk plugins under ids of their own, as published in November 2026. */
export const RIVAL_PLUGINS: readonly KnownPlugin[] = [
  {
    id: "dingtalk-connector",
    packages: ["@dingtalk-real-ai/dingtalk-connector"],
    channels: ["dingtalk-connector"],
  },
  { id: "ddingtalk", packages: ["@largezhou/ddingtalk"], channels: ["ddingtalk"] },
  { id: "clawdbot-dingtalk", packages: ["clawdbot-dingtalk"], channels: ["clawdbot-dingtalk"] },
  { id: "channels", packages: ["@openclaw-china/channels"], channels: ["dingtalk", "feishu", "wecom"] },
];

/** Channels under which other DingTalk plugins keep their settings. */
export const LEGACY_CHANNELS: readonly string[] = ["dingtalk-connector", "ddingtalk", "clawdbot-dingtalk"];

/** Every channel that holds DingTalk settings, ours first. */
export const DINGTALK_CHANNELS: readonly string[] = [OUR_ID, ...LEGACY_CHANNELS];
