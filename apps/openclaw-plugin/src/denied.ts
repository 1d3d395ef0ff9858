import type { Logger } from "@dingtalk-kit/protocol";

import type { AdmissionContext, Ingress } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import { accessWords } from "./explain-access.ts";

type Decision = Ingress["ingress"];

/** Once per conversation and reason: chatter of a group that nobody let in must not fill the log. */
const said = new Set<string>();
const MAX_REMEMBERED = 500;

export function logDenied(
  { kind, peer }: Arrival,
  { reasonCode, admission }: Decision,
  { accountId }: AdmissionContext,
  log: Logger,
): void {
  if (reasonCode === "activation_skipped") {
    log.debug("the robot was not mentioned", { conversation: peer.id });
    return;
  }
  const key = JSON.stringify([accountId, peer.id, reasonCode]);
  const fields = { kind, conversation: peer.id, admission, reason: reasonCode };
  if (said.has(key)) {
    log.debug("message not let in", fields);
    return;
  }
  if (said.size >= MAX_REMEMBERED) said.clear();
  said.add(key);
  log.info(`message not let in: ${accessWords(reasonCode).next ?? "see the reason"}`, fields);
}
