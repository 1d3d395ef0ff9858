import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

/** Channel ids under which other DingTalk plugins keep their settings. */
const RIVAL_CHANNELS: readonly string[] = ["dingtalk-connector", "ddingtalk", "clawdbot-dingtalk"];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ID_KEYS = ["clientId", "appKey", "app_key"];

function clientIds(section: Readonly<Record<string, unknown>>): readonly string[] {
  const accounts = isRecord(section["accounts"]) ? Object.values(section["accounts"]).filter(isRecord) : [];
  return [section, ...accounts]
    .filter(({ enabled }) => enabled !== false)
    .flatMap((account) => ID_KEYS.map((key) => account[key]))
    .filter((id) => typeof id === "string" || typeof id === "number")
    .map(String);
}

/**
 * Another enabled DingTalk channel that would connect with the same app. DingTalk gives each message to one of the
 * connections at random, so both would lose messages.
 *
 * @returns the config path of the rival.
 */
export function findRival(cfg: OpenClawConfig, clientId: string): string | undefined {
  const rival = RIVAL_CHANNELS.find((channel) => {
    const section: unknown = cfg.channels?.[channel];
    return isRecord(section) && section["enabled"] !== false && clientIds(section).includes(clientId);
  });
  return rival === undefined ? undefined : `channels.${rival}`;
}
