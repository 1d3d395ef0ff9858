import { defineConfig } from "tsdown";

// One readable bundle: OpenClaw installs plugins without their dependencies' scripts and gives us only itself.
export default defineConfig({
  entry: {
    index: "src/index.ts",
    "setup-entry": "src/setup-entry.ts",
    "secret-contract-api": "src/secret-contract-api.ts",
    "store-worker": "@dingtalk-kit/store/worker",
    "doctor-contract-api": "src/doctor-contract-api.ts",
  },
  format: "esm",
  platform: "node",
  target: "node24",
  dts: false,
  sourcemap: false,
  outExtensions: () => ({ js: ".js" }),
  inputOptions: { resolve: { conditionNames: ["@dingtalk-kit/source", "node", "import"] } },
  deps: { alwaysBundle: [/^(?!node:|openclaw(\/|$))/], neverBundle: [/^openclaw(\/|$)/] },
});
