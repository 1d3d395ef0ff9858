import type { Target } from "@dingtalk-kit/protocol";

/** The lane of what goes to `target`: calls to one conversation keep their order, and conversations take turns. */
export function laneOf(target: Target): string {
  return target.kind === "group" ? target.conversationId : target.staffId;
}
