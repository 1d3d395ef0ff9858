import type { Logger } from "@dingtalk-kit/protocol";

import type { AdmissionContext } from "./admission.ts";
import type { Arrival } from "./arrival.ts";
import { accessWords } from "./explain-access.ts";

/** What the host decided, and why. */
interface Denial {
  readonly admission: string;
  readonly reason: string;
}

/** Once per conversation and reason: chatter of a group that nobody let in must not fill the log. */
const said = new Set<string>();
const MAX_REMEMBERED = 500;

export function logDenied(
  { kind, peer }: Arrival,
  { reason, admission }: Denial,
  { accountId }: AdmissionContext,
  log: Logger,
): void {
  if (reason === "activation_skipped") {
    log.debug("the robot was not mentioned", { conversation: peer.id });
    return;
  }
  const key = JSON.stringify([accountId, peer.id, reason]);
  const fields = { kind, conversation: peer.id, admission, reason };
  if (said.has(key)) {
    log.debug("message not let in", fields);
    return;
  }
  if (said.size >= MAX_REMEMBERED) said.clear();
  said.add(key);
  log.info(`message not let in: ${accessWords(reason).next ?? "see the reason"}`, fields);
}
