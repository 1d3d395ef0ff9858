import { channelsOfApp } from "dingtalk-doctor";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

/**
 * Another enabled DingTalk channel that would connect with the same app. DingTalk gives each message to one of the
 * connections at random, so both would lose messages.
 *
 * @returns the config path of the rival.
 */
export function findRival(cfg: OpenClawConfig, clientId: string): string | undefined {
  const [rival] = channelsOfApp({ ...cfg }, clientId);
  return rival === undefined ? undefined : `channels.${rival}`;
}
