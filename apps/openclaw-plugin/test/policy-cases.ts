import type { AccountSettings } from "@dingtalk-kit/config";
import { resolveAccount } from "@dingtalk-kit/config";
import type { MessageFacts } from "@dingtalk-kit/policy";
import * as fc from "fast-check";

/** One generated account and one message to it. */
export interface PolicyCase {
  /** The keys as a user writes them. */
  readonly section: Readonly<Record<string, unknown>>;
  readonly settings: AccountSettings;
  readonly accessGroups: Record<string, AccessGroup>;
  readonly facts: MessageFacts;
}

type AccessGroup =
  | { type: "message.senders"; members: Record<string, string[]> }
  | { type: "discord.channelAudience"; guildId: string; channelId: string };

/** Few ids, so that lists and senders meet often; two that differ only in letter case. */
const SENDERS = ["ann", "Ann", "bob", "$:LWCP_v1:$x9"];
const GROUPS = ["cidTeam==", "cidteam==", "cidOps=="];

const entry = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SENDERS) },
  { weight: 1, arbitrary: fc.constant("*") },
  {
    weight: 2,
    arbitrary: fc.constantFrom("accessGroup:ops", "accessGroup:all", "accessGroup:gone", "accessGroup:room"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("dingtalk:ann", " dd:user:bob ", "staff:Ann", "ding:*", "  ", "accessGroup:"),
  },
);
const list = fc.array(entry, { maxLength: 3 });
/** Owners are named one by one: an access group that holds everybody makes nobody one, and the host cannot be told so. */
const owners = fc.array(fc.constantFrom(...SENDERS, "*", "dd:*", " dd:user:bob ", "accessGroup:ops"), {
  maxLength: 2,
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const group = fc.record({
  enabled: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
  requireMention: maybe(fc.boolean()),
  allowFrom: maybe(list),
});

const rarely = <T>(value: T): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constant(value));

const keys = fc.record({
  dmPolicy: maybe(fc.constantFrom("pairing", "pairing", "pairing", "allowlist", "open", "disabled")),
  allowFrom: maybe(list),
  groupPolicy: maybe(fc.constantFrom("allowlist", "open", "open", "disabled")),
  groupAllowFrom: maybe(list),
  ownerAllowFrom: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, owners),
  groups: maybe(fc.dictionary(fc.constantFrom(...GROUPS, "*"), group, { maxKeys: 2 })),
});

/** The same three settings in our spelling, and in that of a recipe for another plugin. */
const answering = fc
  .record({
    mention: maybe(fc.boolean()),
    mentions: rarely(false),
    direct: rarely(false),
    recipe: fc.boolean(),
  })
  .map(({ mention, mentions, direct, recipe }) =>
    recipe
      ? {
          group_routing: { mention_only: mention },
          respond_to_mentions: mentions,
          respond_to_private: direct,
        }
      : { requireMention: mention, respondToMentions: mentions, respondToPrivate: direct },
  );

const section = fc.tuple(keys, answering).map(([one, other]) => ({ ...one, ...other }));

const accessGroups = fc.record({
  ops: fc.record({
    type: fc.constant("message.senders" as const),
    members: fc.record({ dingtalk: fc.subarray(["ann", "dd:bob"]), slack: fc.subarray(["Ann"]) }),
  }),
  all: fc.record({
    type: fc.constant("message.senders" as const),
    members: fc.record({ "*": fc.subarray(["*", "Ann", "accessGroup:ops"]) }),
  }),
  room: fc.constant({ type: "discord.channelAudience" as const, guildId: "1", channelId: "2" }),
});

const facts: fc.Arbitrary<MessageFacts> = fc
  .record({
    type: fc.constantFrom(
      "direct" as const,
      "direct" as const,
      "group" as const,
      "group" as const,
      "group" as const,
    ),
    groupId: fc.constantFrom(...GROUPS),
    sender: fc.record({
      id: fc.constantFrom(...SENDERS),
      kind: fc.constant("person" as const),
      paired: fc.boolean(),
    }),
    mentionsRobot: fc.constantFrom(true, false, false),
    mentionsOthers: fc.boolean(),
    command: fc.constantFrom("none" as const, "none" as const, "control" as const),
  })
  .map(({ type, groupId, mentionsOthers, ...message }) => ({
    ...message,
    conversation: { type, id: type === "group" ? groupId : "cidDirect==" },
    mentionsRobot: type === "direct" || message.mentionsRobot,
    mentionsAnybody: type === "group" && (message.mentionsRobot || mentionsOthers),
    mentionsEverybody: false,
    text: "hello",
  }));

/** The same cases for the same seed. Accounts that cannot start at all are left out. */
export function samplePolicyCases(seed: number, count: number): readonly PolicyCase[] {
  const drawn = fc.sample(fc.record({ section, accessGroups, facts }), { seed, numRuns: count });
  return drawn.flatMap((one) => {
    const account = { path: "channels.dingtalk", section: one.section, accountKey: undefined };
    const { settings } = resolveAccount(account);
    return settings === undefined ? [] : [{ ...one, settings }];
  });
}
