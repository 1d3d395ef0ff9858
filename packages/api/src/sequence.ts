import type { Target } from "@dingtalk-kit/protocol";

/** The sequence of what goes to `target`: calls to one conversation keep their order, and conversations take turns. */
export function sequenceOf(target: Target): string {
  return target.kind === "group" ? target.conversationId : target.staffId;
}
