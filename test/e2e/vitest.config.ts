import { defineConfig } from "vitest/config";

import { shared } from "../../vitest.shared.ts";

const { test, ...base } = shared("e2e");

// A turn in the real gateway takes seconds, a command of its CLI up to a minute on a busy machine.
export default defineConfig({
  ...base,
  test: { ...test, fileParallelism: false, testTimeout: 180_000, hookTimeout: 300_000 },
});
