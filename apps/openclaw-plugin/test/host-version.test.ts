import { expect, test } from "vitest";

import { compareVersions, hostVersionWarning } from "../src/host-version.ts";
import { TESTED_HOST } from "../src/ids.ts";

test("orders calendar versions by number", () => {
  expect(compareVersions("2026.9.6", "2026.10.0")).toBeLessThan(0);
  expect(compareVersions("2026.10.0-beta.1", "2026.10.0")).toBe(0);
  expect(compareVersions("2027.1", "2026.12.9")).toBeGreaterThan(0);
});

test("is silent inside the tested range and says one line outside", () => {
  expect(hostVersionWarning(TESTED_HOST.to)).toBeUndefined();
  expect(hostVersionWarning("2026.9.5")).toContain("OpenClaw 2026.9.5 is outside the range");
  expect(hostVersionWarning("2031.1.0")).toContain(TESTED_HOST.from);
});
