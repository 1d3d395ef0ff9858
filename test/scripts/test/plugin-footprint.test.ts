import { expect, test } from "vitest";

import { aims, median, missedAims } from "../../../scripts/plugin-footprint.ts";

const light = { packedBytes: 1, installedBytes: 1, dependencies: 0, loadMs: 1, loadWithHostMs: 1000 };

test("names each aim that the plugin misses", () => {
  expect(missedAims(light)).toEqual([]);
  const heavy = { ...light, installedBytes: aims.installedBytes, dependencies: 1, loadMs: aims.loadMs };
  expect(missedAims(heavy)).toEqual(["installed size", "runtime dependencies", "load time"]);
});

test("takes the middle of the measured times", () => {
  expect(median([9, 1, 5])).toBe(5);
});
