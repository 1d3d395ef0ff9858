import { createHash, timingSafeEqual } from "node:crypto";

/** Without 0, O, 1 and I, which people mix up. 32 characters, so that each takes five bits. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH = 8;

/** @param seed - unpredictable; the same seed gives the same code. */
export function pairingCode(seed: string): string {
  const bytes = createHash("sha256").update(seed).digest().subarray(0, LENGTH);
  return [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** Whether a person typed this code. Letter case, full-width letters, spaces and hyphens do not matter; time tells nothing. */
export function matchesCode(typed: string, code: string): boolean {
  const read = typed.normalize("NFKC").replace(/[\s-]/gu, "").toUpperCase();
  return timingSafeEqual(digest(read), digest(code));
}

/** Equally long for any text, as the comparison wants it. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
