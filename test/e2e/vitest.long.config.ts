import { defineConfig } from "vitest/config";

import { shared } from "../../vitest.shared.ts";

const { test, ...base } = shared("e2e-long", "test-results.long.json");

// Minutes each: crash loops that the host has to count, dialogues and migrations through its command line.
export default defineConfig({
  ...base,
  test: {
    ...test,
    include: ["test-long/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
