import { policyOf } from "@dingtalk-kit/config";
import {
  decide,
  denialKey,
  messageFacts,
  meter,
  meterKeys,
  replyToDenial,
  resolvePolicy,
} from "@dingtalk-kit/policy";
import type { Decision, MessageFacts, MeterKeys, Meters, ResolvedPolicy } from "@dingtalk-kit/policy";
import type { JsonValue, StatePort } from "@dingtalk-kit/protocol";

import type { AdmissionContext } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import { knownRobots } from "./known-robots.ts";
import type { PluginRuntime } from "./runtime.ts";

/** What the host does not know of: robots, @所有人, limits, and who may command. It decides first; these may only refuse. */
export interface HouseRules {
  readonly policy: ResolvedPolicy;
  factsOf(arrival: Arrival): MessageFacts;
  /** What the lists and switches say of a message. Counts nothing. */
  judge(arrival: Arrival): Decision;
  /** Whether the sender may give commands, alone or in the middle of a text. */
  mayCommand(arrival: Arrival): boolean;
  /** Whether a robot wrote it that is not answered, ourselves included. To be asked before the host, which may invite it. */
  ignoredRobot(arrival: Arrival): Decision | undefined;
  /**
   * What becomes of a message that the host has let in. Counts it against the limits, once however often it is tried.
   * @throws what the state throws
   */
  decide(arrival: Arrival): Promise<Decision>;
  /** What the sender is told of a refusal, if anything: each reason once in a while. */
  replyTo(arrival: Arrival, decision: Decision): Promise<string | undefined>;
}

export interface HouseRulesContext extends Pick<AdmissionContext, "cfg" | "settings"> {
  readonly core: {
    readonly channel: { readonly text: Pick<PluginRuntime["channel"]["text"], "hasControlCommand"> };
  };
}

const NAMESPACE = "policy";
const ROBOT_REASONS: ReadonlySet<string> = new Set(["own_message", "bot_message"]);
/** Longer than any window that makes sense. */
const KEPT_MS = 40 * 86_400_000;
/** Longer than a message is tried: after a restart it goes on at once. */
const COUNTED_MS = 86_400_000;

const METERS = ["sender", "group", "botPair"] as const;
type Kept = Awaited<ReturnType<StatePort["get"]>>;

export function createHouseRules(
  { core, cfg, settings }: HouseRulesContext,
  kept: { readonly state: StatePort; readonly nowMs: () => number; readonly robotId: string },
): HouseRules {
  const { state, nowMs, robotId } = kept;
  const policy = resolvePolicy({
    ...policyOf(settings),
    ...(cfg.accessGroups && { accessGroups: cfg.accessGroups }),
  });
  const { sender, group } = policy.limits;
  const isMetered = [sender.messages, sender.spend, group.messages, group.spend].some(
    (limit) => limit !== undefined,
  );

  const robots = knownRobots(cfg, { clientId: robotId, own: settings.chatbotUserId });
  const factsOf = ({ message, text, stop, kind }: Arrival): MessageFacts => {
    const command = stop || core.channel.text.hasControlCommand(text, cfg) ? "control" : "none";
    // The host looks at lists and pairings, and these rules are asked after it.
    const botIds = robots.others(message);
    return messageFacts(message, { paired: kind === "direct", command, robotId: robots.own, botIds });
  };
  const judge = (arrival: Arrival): Decision => decide(policy, factsOf(arrival));
  /** In place of `before`, which was read. */
  const put = async (key: string, value: JsonValue, before: Kept, keptMs = KEPT_MS): Promise<void> => {
    // Where somebody was faster theirs stays: one message more or less does not matter to a limit, but they may have
    // charged what an answer has used up.
    await state.compareAndSet(NAMESPACE, key, {
      expectedVersion: before?.version,
      value,
      expiresAtMs: nowMs() + keptMs,
    });
  };
  const read = async (key: string | undefined): Promise<Kept> =>
    key === undefined ? undefined : state.get(NAMESPACE, key);
  const readMeters = async (keys: MeterKeys): Promise<Readonly<Record<keyof Meters, Kept>>> => {
    const [person, everybody, botPair] = await Promise.all([
      read(keys.sender),
      read(keys.group),
      read(keys.botPair),
    ]);
    return { sender: person, group: everybody, botPair };
  };

  return {
    policy,
    factsOf,
    judge,
    ignoredRobot(arrival) {
      const decision = judge(arrival);
      return ROBOT_REASONS.has(decision.reason) ? decision : undefined;
    },
    mayCommand(arrival) {
      const decision = judge(arrival);
      return decision.kind === "dispatch" && decision.rights !== "none";
    },
    async decide(arrival) {
      const facts = factsOf(arrival);
      const decision = decide(policy, facts);
      if (!isMetered && facts.sender.kind !== "bot") return decision;
      // A turn that a restart cut off, or that is tried again, was let in before.
      const countedKey = JSON.stringify(["counted", arrival.message.messageId]);
      if ((await read(countedKey)) !== undefined) return decision;
      const keys = meterKeys(facts, robotId);
      const before = await readMeters(keys);
      const { sender: person, group: everybody, botPair } = before;
      const meters = { sender: person?.value, group: everybody?.value, botPair: botPair?.value };
      const held = meter(policy, facts, decision, { meters, nowMs: nowMs() });
      for (const name of METERS) {
        const [key, value] = [keys[name], held.meters[name]];
        if (key !== undefined && value !== undefined) await put(key, value, before[name]);
      }
      if (held.decision.kind === "dispatch") await put(countedKey, true, undefined, COUNTED_MS);
      return held.decision;
    },
    async replyTo(arrival, decision) {
      const facts = factsOf(arrival);
      const replyAfter = (said?: JsonValue): ReturnType<typeof replyToDenial> =>
        replyToDenial(policy, { facts, decision }, { said, nowMs: nowMs() }, arrival.language);
      // Most refusals are for nobody to hear: then the disk need not be asked.
      if (replyAfter().text === undefined) return undefined;
      const key = denialKey(facts);
      const before = await read(key);
      const reply = replyAfter(before?.value);
      if (reply.text !== undefined) await put(key, reply.said, before);
      return reply.text;
    },
  };
}
