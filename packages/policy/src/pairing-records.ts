import type { JsonValue } from "@dingtalk-kit/protocol";

import { isRecord } from "./policy-reader.ts";

/** A stranger who waits for approval. */
export interface PairingRequest {
  readonly senderId: string;
  /** What DingTalk calls them, if it does. */
  readonly senderName: string | undefined;
  /** What the owner types to approve. */
  readonly code: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** Somebody who was approved. */
export interface PairedSender {
  readonly senderId: string;
  readonly senderName: string | undefined;
  readonly approvedAtMs: number;
}

/** All that is kept of an account. One record, so that a request becomes an approval in one write. */
export interface PairingRecords {
  /** In the order in which they came. */
  readonly requests: readonly PairingRequest[];
  readonly approved: readonly PairedSender[];
}

export function encodeRecords({ requests, approved }: PairingRecords): JsonValue {
  return {
    requests: requests.map((request) => ({ ...request, senderName: request.senderName ?? null })),
    approved: approved.map((sender) => ({ ...sender, senderName: sender.senderName ?? null })),
  };
}

/** What cannot be read is not there: then nobody is approved by it. */
export function decodeRecords(value: JsonValue | undefined, nowMs: number): PairingRecords {
  const source: unknown = value;
  const records = isRecord(source) ? source : {};
  const requests = listOf(records["requests"]).flatMap(decodeRequest);
  return {
    requests: requests.filter(({ expiresAtMs }) => nowMs < expiresAtMs),
    approved: listOf(records["approved"]).flatMap(decodeSender),
  };
}

function decodeRequest(value: unknown): readonly PairingRequest[] {
  if (!isRecord(value)) return [];
  const { senderId, senderName, code, createdAtMs, expiresAtMs } = value;
  if (typeof senderId !== "string" || typeof code !== "string") return [];
  if (typeof createdAtMs !== "number" || typeof expiresAtMs !== "number") return [];
  return [{ senderId, senderName: nameOf(senderName), code, createdAtMs, expiresAtMs }];
}

function decodeSender(value: unknown): readonly PairedSender[] {
  if (!isRecord(value)) return [];
  const { senderId, senderName, approvedAtMs } = value;
  if (typeof senderId !== "string" || typeof approvedAtMs !== "number") return [];
  return [{ senderId, senderName: nameOf(senderName), approvedAtMs }];
}

function nameOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
