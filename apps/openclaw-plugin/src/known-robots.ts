import type { RobotMessage } from "@dingtalk-kit/protocol";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { listAccountIds, resolveAccount } from "./accounts.ts";
import { processWide } from "./process-wide.ts";

/**
 * The ids under which robots write. DingTalk marks no sender as one, so only those we know can be told from people. That a
 * robot has the same id in the messages of all apps is not documented (2026-11).
 */
export interface KnownRobots {
  /** This account's own robot, as the settings name it; a message names it as well. */
  readonly own: string | undefined;
  /** The robots of the other accounts: named in their settings, or in a message that they received. */
  others(message: RobotMessage): readonly string[];
}

/** By client id: the robot that the app's messages come to. */
const met = processWide("robots-1", () => new Map<string, string>());

export function knownRobots(
  cfg: OpenClawConfig,
  { clientId, own }: { readonly clientId: string; readonly own: string | undefined },
): KnownRobots {
  const named = listAccountIds(cfg).map((id) => resolveAccount(cfg, id).settings?.chatbotUserId);
  return {
    own,
    others({ robot }) {
      if (robot.userId !== undefined) met().set(clientId, robot.userId);
      const itself = [own, robot.userId];
      return [...named, ...met().values()].flatMap((id) =>
        id === undefined || itself.includes(id) ? [] : [id],
      );
    },
  };
}
