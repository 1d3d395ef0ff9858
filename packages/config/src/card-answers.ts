import type { AccountSettings } from "./account-settings.ts";

/** Where answers come by cards. */
export interface CardAnswers {
  readonly direct: boolean;
  /** In one group at least. */
  readonly groups: boolean;
}

/** A group's entry holds before that of all groups, and this before the account's. */
export function cardAnswers({ messageType, groupMessageType, groups = {} }: AccountSettings): CardAnswers {
  const { "*": others, ...named } = groups;
  const inOthers = others?.messageType ?? groupMessageType ?? messageType;
  const types = [inOthers, ...Object.values(named).map((entry) => entry.messageType)];
  return { direct: messageType === "card", groups: types.includes("card") };
}
