import { createHash } from "node:crypto";

/** Names one message of a reply: the same in whatever process sends it, another as soon as anything about it differs. */
export function idempotencyIdOf(replyKey: string, index: number, text: string): string {
  return createHash("sha256")
    .update(JSON.stringify([replyKey, index, text]))
    .digest("hex")
    .slice(0, 32);
}
