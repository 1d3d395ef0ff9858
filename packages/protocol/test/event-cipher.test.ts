import * as fc from "fast-check";
import { expect, test } from "vitest";

import { ConfigError, SignatureError } from "../src/errors.ts";
import { createEventCipher } from "../src/event-cipher.ts";
import type { SealedEvent, SealedReply } from "../src/event-cipher.ts";
import { createManualClock } from "../src/testing.ts";

const OPTIONS = {
  token: "tokenexample1",
  aesKey: "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij",
  ownerKey: "dingappkeyexample01",
};
const VECTOR = {
  msg_signature: "0ebac94af9ccee93a35dc990b8830213f6f1f1f9",
  timeStamp: "1700000000000",
  nonce: "nonce123",
  encrypt: "HcA0QDKRG/U9FnFvX30Rgz6w4zsa7YG72uChSwpwB9LEBfnTERKkdT8dSkQPB8KWxAmThU2CuJw//wWd/Spy3Q==",
};
const cipher = createEventCipher(OPTIONS);

const asEvent = (reply: SealedReply): SealedEvent => ({
  signature: reply.msg_signature,
  timestamp: reply.timeStamp,
  nonce: reply.nonce,
  encrypt: reply.encrypt,
});

function faultOf(event: SealedEvent, by = cipher): string {
  try {
    by.open(event);
  } catch (error) {
    if (error instanceof SignatureError) return error.fault;
    throw error;
  }
  return "accepted";
}

test("seals as in the reference vector, and opens it", () => {
  const random = Buffer.from("0123456789abcdef");
  expect(cipher.seal("success", { timestamp: "1700000000000", nonce: "nonce123", random })).toEqual(VECTOR);
  expect(cipher.open(asEvent(VECTOR))).toBe("success");
});

test("opens what it sealed, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
      expect(cipher.open(asEvent(cipher.seal(text)))).toBe(text);
    }),
    { seed: 20_261_121, numRuns: 200 },
  );
});

test("stamps a reply with the clock's time and a fresh nonce", () => {
  const clock = createManualClock();
  const timed = createEventCipher(OPTIONS, { clock });
  expect(timed.seal("success").timeStamp).toBe(String(clock.nowMs()));
  expect(timed.seal("success").nonce).not.toBe(timed.seal("success").nonce);
});

test("refuses an event that was changed on the way or signed with another token", () => {
  expect(faultOf({ ...asEvent(VECTOR), nonce: "nonce124" })).toBe("mismatch");
  expect(faultOf({ ...asEvent(VECTOR), encrypt: `A${VECTOR.encrypt.slice(1)}` })).toBe("mismatch");
  expect(faultOf(asEvent(VECTOR), createEventCipher({ ...OPTIONS, token: "other" }))).toBe("mismatch");
  expect(faultOf({ ...asEvent(VECTOR), signature: "" })).toBe("missing");
});

test("refuses an event sealed with another key, or of no use at all", () => {
  const otherKey = createEventCipher({ ...OPTIONS, aesKey: "A".repeat(43) });
  expect(faultOf(asEvent(otherKey.seal("success")))).toBe("undecryptable");
});

test("refuses an event that is meant for somebody else", () => {
  const other = createEventCipher({ ...OPTIONS, ownerKey: "dingother" });
  expect(faultOf(asEvent(other.seal("success")))).toBe("wrong-owner");
});

test("refuses options that cannot work, without repeating them", () => {
  expect(() => createEventCipher({ ...OPTIONS, aesKey: "tooshort" })).toThrow(ConfigError);
  expect(() => createEventCipher({ ...OPTIONS, aesKey: "tooshort" })).toThrow(
    "event aesKey must be 43 letters and digits, not 8 characters",
  );
  expect(() => createEventCipher({ ...OPTIONS, token: "" })).toThrow("event token is empty");
  expect(() => createEventCipher({ ...OPTIONS, ownerKey: "" })).toThrow("event ownerKey is empty");
});
