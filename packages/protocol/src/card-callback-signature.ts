import { createHmac } from "node:crypto";

import {
  DEFAULT_MAX_SKEW_MS,
  requireFreshTimestamp,
  requireHeader,
  requireSameSignature,
} from "./signed-request.ts";
import type { RequestHeaders } from "./signed-request.ts";

export interface CardCallbackRequest {
  /** Given to, or by, `POST /v1.0/card/callbacks/register`. Not the client secret. */
  readonly apiSecret: string;
  /** Of the request; `x-ddpaas-signature-timestamp` and `x-ddpaas-signature` are read. */
  readonly headers: RequestHeaders;
  /** The time now, in milliseconds. */
  readonly nowMs: number;
  /** Allowed distance of the timestamp from `nowMs`. @defaultValue one hour */
  readonly maxSkewMs?: number | undefined;
}

/**
 * The `x-ddpaas-signature` header that DingTalk puts on a card callback over HTTP.
 *
 * @param timestamp - the `x-ddpaas-signature-timestamp` header, as sent
 */
export function signCardCallback(apiSecret: string, timestamp: string | number): string {
  return createHmac("sha256", apiSecret).update(String(timestamp)).digest("base64");
}

/**
 * Returns when DingTalk signed the request.
 *
 * @throws SignatureError whose `fault` says why not: "missing", "bad-timestamp", "timestamp-out-of-range", "mismatch".
 */
export function verifyCardCallback(request: CardCallbackRequest): void {
  const timestamp = requireHeader(request.headers, "x-ddpaas-signature-timestamp");
  const signature = requireHeader(request.headers, "x-ddpaas-signature");
  requireFreshTimestamp(timestamp, request.nowMs, request.maxSkewMs ?? DEFAULT_MAX_SKEW_MS);
  requireSameSignature(
    signCardCallback(request.apiSecret, timestamp),
    signature,
    "card callback signature does not match: it was signed with another apiSecret, or not by DingTalk",
  );
}
