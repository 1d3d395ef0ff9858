import { plainText } from "@dingtalk-kit/protocol";
import { decide } from "@dingtalk-kit/policy";

import type { AdmissionContext } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import type { NameBook } from "./known-names.ts";
import type { PluginRuntime } from "./runtime.ts";

type ContextFacts = Parameters<PluginRuntime["channel"]["inbound"]["buildContext"]>[0];
export type QuotedMessage = NonNullable<NonNullable<ContextFacts["supplemental"]>["quote"]>;

/**
 * The message that a message replies to, for the host, which decides by `contextVisibility` whether the agent sees it.
 * `undefined` when DingTalk gives no words of it, as of files in groups.
 */
export async function quotedMessage(
  arrival: Arrival,
  { rules, names }: Pick<AdmissionContext, "rules"> & { readonly names: NameBook },
): Promise<QuotedMessage | undefined> {
  const { quote, sender, robot } = arrival.message;
  const body = quote?.content && plainText(quote.content, arrival.language).trim();
  if (quote === undefined || !body) return undefined;
  const { messageId, senderId, processQueryKey } = quote;
  const isSelf = processQueryKey !== undefined || (senderId !== undefined && senderId === robot.userId);
  const fact = { ...(messageId !== undefined && { id: messageId }), body, isQuote: true };
  if (isSelf) return { ...fact, isSelf, senderAllowed: true };
  if (senderId === undefined) return { ...fact, senderAllowed: false };
  if (senderId === sender.id) return { ...fact, sender: arrival.senderName, senderAllowed: true };
  const author = await names.personBehind(senderId);
  const facts = rules.factsOf(arrival);
  const question = { id: author?.id ?? senderId, kind: "person", paired: false } as const;
  // As if they had asked themselves, here and now: quotes carry no staff id, so that a list can only name whom we know.
  const allowed = decide(rules.policy, { ...facts, sender: question, mentionsRobot: true, command: "none" });
  return {
    ...fact,
    ...(author && { sender: author.name }),
    senderAllowed: allowed.kind === "dispatch",
  };
}
