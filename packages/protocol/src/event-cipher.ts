import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

import { ConfigError, SignatureError } from "./errors.ts";
import type { Ports } from "./ports.ts";
import { requireSameSignature } from "./signed-request.ts";
import { fillPorts } from "./system-ports.ts";

/** PKCS#7 with a block of 32 bytes, although AES has blocks of 16. */
const PADDING_BLOCK_BYTES = 32;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;

export interface EventCipherOptions {
  /** "Token" of the event subscription page. */
  readonly token: string;
  /** "aes_key" of the event subscription page: 43 letters and digits. */
  readonly aesKey: string;
  /** Whom events are meant for: the client id for apps configured in the console, the corp id for those registered by API. */
  readonly ownerKey: string;
}

/** An event as DingTalk posts it: three URL parameters and the body's `encrypt`. */
export interface SealedEvent {
  /** URL parameter `signature` (also sent as `msg_signature`). */
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly encrypt: string;
}

/** The body that DingTalk expects in answer to an event. Wire names. */
export interface SealedReply {
  readonly msg_signature: string;
  readonly timeStamp: string;
  readonly nonce: string;
  readonly encrypt: string;
}

export interface SealOptions {
  /** @defaultValue now, in milliseconds */
  readonly timestamp?: string | undefined;
  /** @defaultValue random */
  readonly nonce?: string | undefined;
  /** 16 bytes. @defaultValue random */
  readonly random?: Uint8Array | undefined;
}

/** The encryption of events over HTTP. */
export interface EventCipher {
  /**
   * The event's JSON text.
   *
   * @throws SignatureError whose `fault` says why not: "missing", "mismatch", "undecryptable", "wrong-owner".
   */
  open(event: SealedEvent): string;
  /** The encrypted answer; DingTalk wants the word `success` within 1.5 s. */
  seal(text: string, options?: SealOptions): SealedReply;
}

/**
 * @throws ConfigError when an option is missing or `aesKey` has the wrong form.
 * @see https://github.com/open-dingtalk/DingTalk-Callback-Crypto
 */
export function createEventCipher(options: EventCipherOptions, ports: Partial<Ports> = {}): EventCipher {
  const filled = fillPorts(ports);
  const { token, ownerKey } = options;
  if (token === "") throw new ConfigError("event token is empty");
  if (ownerKey === "") throw new ConfigError("event ownerKey is empty");
  const key = decodeKey(options.aesKey);
  return {
    open(event) {
      requireComplete(event);
      const expected = signEvent(token, event.timestamp, event.nonce, event.encrypt);
      requireSameSignature(
        expected,
        event.signature,
        "event signature does not match: check the event token",
      );
      return unwrap(decrypt(key, event.encrypt), ownerKey);
    },
    seal(text, { timestamp, nonce, random } = {}) {
      const timeStamp = timestamp ?? String(filled.clock.nowMs());
      const once = nonce ?? filled.randomId().replaceAll("-", "").slice(0, 16);
      const encrypted = encrypt(key, wrap(text, ownerKey, random ?? randomBytes(RANDOM_BYTES)));
      return {
        msg_signature: signEvent(token, timeStamp, once, encrypted),
        timeStamp,
        nonce: once,
        encrypt: encrypted,
      };
    },
  };
}

function decodeKey(aesKey: string): Buffer {
  if (!/^[A-Za-z0-9]{43}$/.test(aesKey)) {
    throw new ConfigError(`event aesKey must be 43 letters and digits, not ${aesKey.length} characters`);
  }
  return Buffer.from(`${aesKey}=`, "base64");
}

function requireComplete(event: SealedEvent): void {
  for (const field of ["signature", "timestamp", "nonce", "encrypt"] as const) {
    if (typeof event[field] !== "string" || event[field] === "") {
      throw new SignatureError(`event has no ${field}`, { fault: "missing" });
    }
  }
}

function signEvent(...parts: readonly string[]): string {
  // The default order compares code units, which is the ASCII order that DingTalk means.
  return createHash("sha1").update(parts.toSorted().join("")).digest("hex");
}

function encrypt(key: Buffer, plain: Buffer): string {
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString("base64");
}

function decrypt(key: Buffer, encrypted: string): Buffer {
  try {
    const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([decipher.update(encrypted, "base64"), decipher.final()]);
  } catch (cause) {
    throw undecryptable(cause);
  }
}

function wrap(text: string, ownerKey: string, random: Uint8Array): Buffer {
  const message = Buffer.from(text);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(message.length);
  const body = Buffer.concat([random, length, message, Buffer.from(ownerKey)]);
  const pad = PADDING_BLOCK_BYTES - (body.length % PADDING_BLOCK_BYTES);
  return Buffer.concat([body, Buffer.alloc(pad, pad)]);
}

function unwrap(padded: Buffer, ownerKey: string): string {
  const pad = padded.at(-1) ?? 0;
  const body = padded.subarray(0, padded.length - pad);
  const start = RANDOM_BYTES + LENGTH_BYTES;
  const padding = padded.subarray(body.length);
  if (pad < 1 || pad > PADDING_BLOCK_BYTES || body.length < start || padding.some((byte) => byte !== pad)) {
    throw undecryptable();
  }
  const end = start + body.readUInt32BE(RANDOM_BYTES);
  if (end > body.length) throw undecryptable();
  if (body.subarray(end).toString() !== ownerKey) {
    throw new SignatureError("event is meant for another app or corp: check ownerKey", {
      fault: "wrong-owner",
    });
  }
  return body.subarray(start, end).toString();
}

function undecryptable(cause?: unknown): SignatureError {
  return new SignatureError("event cannot be decrypted: check aesKey", { fault: "undecryptable", cause });
}
