import type { MessageFacts } from "../src/message-facts.ts";
import type { Policy } from "../src/policy.ts";
import { resolvePolicy } from "../src/resolve-policy.ts";
import { decide } from "../src/decide.ts";
import type { Decision } from "../src/decision.ts";

type FactsInput = Partial<Omit<MessageFacts, "conversation" | "sender">> & {
  readonly sender?: Partial<MessageFacts["sender"]>;
};

/** A person's message in a 1:1 chat. */
export function direct({ sender, ...rest }: FactsInput = {}): MessageFacts {
  return {
    conversation: { type: "direct", id: "cid-direct" },
    sender: { id: "ann", kind: "person", paired: false, ...sender },
    mentionsRobot: true,
    mentionsAnybody: false,
    mentionsEverybody: false,
    command: "none",
    text: "hello",
    ...rest,
  };
}

/** A person's message in the group `cid-team`, with the robot mentioned. */
export function inGroup({ sender, ...rest }: FactsInput = {}): MessageFacts {
  return {
    ...direct(sender && { sender }),
    conversation: { type: "group", id: "cid-team" },
    mentionsAnybody: true,
    ...rest,
  };
}

/** The decision by a policy as a user writes it. */
export function decideBy(policy: Policy, facts: MessageFacts): Decision {
  return decide(resolvePolicy(policy), facts);
}
