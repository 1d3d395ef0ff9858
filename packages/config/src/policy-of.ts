import type { AccountSettings, GroupSettings } from "./account-settings.ts";

/** The settings that decide who talks to the robot and to which agent: what `@dingtalk-kit/policy` takes. */
export type PolicySettings = Pick<
  AccountSettings,
  | "dmPolicy"
  | "allowFrom"
  | "groupPolicy"
  | "groupAllowFrom"
  | "requireMention"
  | "respondToMentions"
  | "respondToPrivate"
  | "respondToEverybody"
  | "allowBots"
  | "botLoopProtection"
  | "ownerAllowFrom"
  | "commandAllowFrom"
  | "keywordRoutes"
  | "defaultAgent"
  | "groupDefaultAgent"
  | "limits"
  | "denialReplies"
  | "denialReplyEveryMs"
> & {
  readonly groups:
    | Readonly<Record<string, Pick<GroupSettings, "enabled" | "requireMention" | "allowFrom" | "agent">>>
    | undefined;
};

/**
 * What an account says about access and routing, as a plain object: a `Policy` of `@dingtalk-kit/policy`. Access groups
 * stand elsewhere in a host's file; the caller adds them.
 */
export function policyOf(settings: AccountSettings): PolicySettings {
  const { groups } = settings;
  const rules = Object.entries(groups ?? {}).map(
    ([id, { enabled, requireMention, allowFrom, agent }]) =>
      [id, { enabled, requireMention, allowFrom, agent }] as const,
  );
  return {
    dmPolicy: settings.dmPolicy,
    allowFrom: settings.allowFrom,
    groupPolicy: settings.groupPolicy,
    groupAllowFrom: settings.groupAllowFrom,
    groups: groups && Object.fromEntries(rules),
    requireMention: settings.requireMention,
    respondToMentions: settings.respondToMentions,
    respondToPrivate: settings.respondToPrivate,
    respondToEverybody: settings.respondToEverybody,
    allowBots: settings.allowBots,
    botLoopProtection: settings.botLoopProtection,
    ownerAllowFrom: settings.ownerAllowFrom,
    commandAllowFrom: settings.commandAllowFrom,
    keywordRoutes: settings.keywordRoutes,
    defaultAgent: settings.defaultAgent,
    groupDefaultAgent: settings.groupDefaultAgent,
    limits: settings.limits,
    denialReplies: settings.denialReplies,
    denialReplyEveryMs: settings.denialReplyEveryMs,
  };
}
