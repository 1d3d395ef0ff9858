import type { ViteUserConfig } from "vitest/config";

/** One vitest set-up for every package: sources instead of dist, and a result file that the summary reads. */
export function shared(name: string, resultFile = "test-results.json"): ViteUserConfig {
  const conditions = ["@dingtalk-kit/source", "module", "node", "development|production"];
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name,
      include: ["test/**/*.test.ts"],
      reporters: ["default", "json"],
      outputFile: { json: resultFile },
      testTimeout: 15_000,
    },
  };
}
