import { createHash } from "node:crypto";

/** Everything random comes from one seed. */
export interface Chance {
  readonly seed: number;
  /**
   * A sequence of numbers in [0, 1) that depends on the seed and the label alone: what one part draws does not change
   * what another gets, however their draws interleave.
   */
  sequence(label: string): () => number;
}

export function createChance(seed: number): Chance {
  return {
    seed,
    sequence(label) {
      const digest = createHash("sha256").update(`${seed}\n${label}`).digest();
      return smallFastCounter([0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset)));
    },
  };
}

/** sfc32 of PractRand: 128 bits of state, passes its tests, four lines. */
function smallFastCounter([a = 0, b = 0, c = 0, counter = 0]: readonly number[]): () => number {
  return () => {
    const next = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + next) | 0;
    return (next >>> 0) / 2 ** 32;
  };
}
