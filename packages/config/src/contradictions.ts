import type { AccountSettings } from "./account-settings.ts";
import { cardAnswers } from "./card-answers.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { DEFAULT_ACK_REACTION } from "./keys/replies.ts";
import { namedGroup } from "./misplaced-groups.ts";

/** Values that fit one by one, but not together. */
export function findContradictions(
  settings: AccountSettings,
  at: (path: readonly string[]) => string,
): readonly ConfigProblem[] {
  return CHECKS.flatMap(({ key, severity, says }) => {
    const message = says(settings);
    return message === undefined
      ? []
      : [{ severity, kind: "contradiction" as const, path: at([key]), message }];
  });
}

interface Check {
  readonly key: keyof AccountSettings;
  readonly severity: ConfigProblem["severity"];
  /** Names both values, and which one holds. */
  readonly says: (settings: AccountSettings) => string | undefined;
}

const CHECKS: readonly Check[] = [
  {
    key: "initialReconnectDelay",
    severity: "error",
    says: ({ initialReconnectDelay: first, maxReconnectDelay: longest }) =>
      first > longest ? `found ${first}, allowed: at most maxReconnectDelay (${longest})` : undefined,
  },
  {
    key: "dmPolicy",
    severity: "warning",
    says: ({ dmPolicy, allowFrom }) =>
      dmPolicy === "open" && !allowFrom.includes("*")
        ? 'found "open" without "*" in allowFrom: only the people in allowFrom can write; add "*" to let everybody in'
        : undefined,
  },
  {
    key: "allowFrom",
    severity: "warning",
    says: ({ dmPolicy, allowFrom }) =>
      dmPolicy === "allowlist" && allowFrom.length === 0
        ? 'found an empty list with dmPolicy "allowlist": nobody can write in 1:1 chats; add staff ids or "*"'
        : undefined,
  },
  {
    key: "allowFrom",
    severity: "warning",
    says: ({ allowFrom }) =>
      allowFrom.some((entry) => namedGroup(entry) !== undefined)
        ? "found a group (cid…) among people: it opens nothing; put it under groups"
        : undefined,
  },
  {
    key: "groupAllowFrom",
    severity: "warning",
    says: ({ groupPolicy, groupAllowFrom }) =>
      groupPolicy === "open" && groupAllowFrom !== undefined && !groupAllowFrom.includes("*")
        ? 'is not asked, because groupPolicy "open" lets everybody in; set groupPolicy to "allowlist" for these people only'
        : undefined,
  },
  {
    key: "ack",
    severity: "warning",
    says(settings) {
      if (settings.ack !== "card") return undefined;
      const { direct, groups } = cardAnswers(settings);
      if (direct && groups) return undefined;
      const where = direct ? " in groups" : groups ? " in 1:1 chats" : "";
      return `found "card", but answers${where} are Markdown messages: nothing tells people there that a message was taken; set messageType to "card", or ack to "reaction"`;
    },
  },
  {
    key: "ackText",
    severity: "warning",
    says: ({ ack, ackText }) =>
      ackText !== undefined && ack !== "text"
        ? `is not sent, because ack is "${ack}"; set ack to "text"`
        : undefined,
  },
  {
    key: "ackReaction",
    severity: "warning",
    says: ({ ack, ackReaction }) =>
      ack !== "reaction" && ackReaction !== "" && ackReaction !== DEFAULT_ACK_REACTION
        ? `is not put on, because ack is "${ack}"; set ack to "reaction"`
        : undefined,
  },
  {
    key: "cardAtSender",
    severity: "warning",
    says: (settings) =>
      settings.cardAtSender !== undefined && !cardAnswers(settings).groups
        ? 'is not sent, because no group is answered by cards; set groupMessageType to "card"'
        : undefined,
  },
];
