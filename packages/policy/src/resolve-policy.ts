import type { Policy } from "./policy.ts";
import { createPolicyReader, isRecord } from "./policy-reader.ts";
import { readGroups } from "./read-groups.ts";
import { readKeywordRoutes } from "./read-keyword-routes.ts";
import { readLimits, readLoopProtection } from "./read-limits.ts";
import { createListReader } from "./read-lists.ts";
import type { ResolvedPolicy } from "./resolved-policy.ts";
import { EMPTY_LIST } from "./sender-list.ts";

const AN_HOUR_MS = 3_600_000;

/**
 * Reads a policy once, before any decision. Never throws, whatever the value is: a missing key takes its safe default,
 * and a broken one the strictest meaning that it has, noted in `problems`. Unknown keys are not looked at.
 */
export function resolvePolicy(policy: Policy): ResolvedPolicy {
  const reader = createPolicyReader();
  const written: unknown = policy;
  if (!isRecord(written)) reader.broken("policy", "nobody is let in, because it is no object");
  const source = isRecord(written) ? written : { dmPolicy: "disabled", groupPolicy: "disabled" };
  const list = createListReader(reader, source["accessGroups"]);
  const requireMention = reader.flag("requireMention", source["requireMention"], {
    missing: true,
    broken: true,
  });
  const groups = readGroups(reader, source["groups"], { list, requireMention });
  const groupPolicy = reader.choice("groupPolicy", source["groupPolicy"], {
    allowed: ["allowlist", "open", "disabled"],
    missing: "allowlist",
    broken: "disabled",
  });
  const flag = (key: keyof Policy, missing: boolean): boolean =>
    reader.flag(key, source[key], { missing, broken: false });
  return {
    dmPolicy: reader.choice("dmPolicy", source["dmPolicy"], {
      allowed: ["pairing", "allowlist", "open", "disabled"],
      missing: "pairing",
      broken: "disabled",
    }),
    allowFrom: list("allowFrom", source["allowFrom"]) ?? EMPTY_LIST,
    // Where the groups cannot be read, some of them may have been shut: open no longer holds.
    groupPolicy: groups === "broken" && groupPolicy === "open" ? "allowlist" : groupPolicy,
    groupAllowFrom: list("groupAllowFrom", source["groupAllowFrom"]),
    groups: groups === "broken" ? new Map() : groups,
    requireMention,
    respondToMentions: flag("respondToMentions", true),
    respondToPrivate: flag("respondToPrivate", true),
    respondToEverybody: flag("respondToEverybody", false),
    allowBots: flag("allowBots", false),
    botLoopProtection: readLoopProtection(reader, source["botLoopProtection"]),
    ownerAllowFrom: list("ownerAllowFrom", source["ownerAllowFrom"]) ?? EMPTY_LIST,
    commandAllowFrom: list("commandAllowFrom", source["commandAllowFrom"]),
    keywordRoutes: readKeywordRoutes(reader, source["keywordRoutes"]),
    defaultAgent: reader.text("defaultAgent", source["defaultAgent"]),
    groupDefaultAgent: reader.text("groupDefaultAgent", source["groupDefaultAgent"]),
    limits: readLimits(reader, source["limits"]),
    denialReplies: reader.choice("denialReplies", source["denialReplies"], {
      allowed: ["known", "all", "none"],
      missing: "known",
      broken: "none",
    }),
    denialReplyEveryMs: reader.amount("denialReplyEveryMs", source["denialReplyEveryMs"], 0) ?? AN_HOUR_MS,
    problems: reader.problems,
  };
}
