import { defineConfig } from "vitest/config";

import { shared } from "../../vitest.shared.ts";

const { test, ...base } = shared("e2e-gateway", "test-results.gateway.json");

// Each of these tests starts gateways of its own, kills and restarts them.
export default defineConfig({
  ...base,
  test: {
    ...test,
    include: ["test-gateway/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
