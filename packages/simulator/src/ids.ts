import { createHash } from "node:crypto";

const digest = (seed: string): Buffer => createHash("sha256").update(seed).digest();

/** 24 characters of base64 ending in `==`, the look of DingTalk's message ids and receipts. */
function base64Of(bytes: Buffer): string {
  return bytes.subarray(0, 16).toString("base64");
}

/** Ids that are drawn: every call gives a new one. */
export interface IdSource {
  /** `msg…==` */
  messageId(): string;
  /** Receipt of a robot send, and a card's `carrierId`. */
  processQueryKey(): string;
  /** `headers.messageId` of a Stream frame: `212b9d7c_165f_19bfa1a500a_1461def`. */
  frameId(): string;
  /** 32 hex digits: access tokens and sessions. */
  hex(): string;
  uuid(): string;
}

export function createIdSource(randomId: () => string): IdSource {
  const fresh = (): Buffer => digest(randomId());
  return {
    messageId: () => `msg${base64Of(fresh())}`,
    processQueryKey: () => base64Of(fresh()),
    frameId: () => {
      const hex = fresh().toString("hex");
      return `${hex.slice(0, 8)}_${hex.slice(8, 12)}_${hex.slice(12, 23)}_${hex.slice(23, 30)}`;
    },
    hex: () => fresh().toString("hex").slice(0, 32),
    uuid: randomId,
  };
}

/** A 1:1 conversation keeps its id when the simulator restarts: it follows from who talks to whom. */
export function directConversationId(robotCode: string, staffId: string): string {
  return `cid${base64Of(digest(`direct\n${robotCode}\n${staffId}`))}`;
}

/** The opaque `$:LWCP_v1:$…` id of a person or a robot. */
export function opaqueUserId(seed: string): string {
  return `$:LWCP_v1:$${base64Of(digest(`user\n${seed}`))}`;
}
