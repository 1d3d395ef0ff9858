import { execFile, spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build } from "tsdown";
import { expect, test } from "vitest";

import { temporaryFolder } from "./temporary-folder.ts";

test("works from a bundle with the thread's program as an entry beside it", { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  await build({
    config: false,
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    entry: { program: "bundled-program.ts", "store-worker": "../src/worker.ts" },
    outDir: folder.file("dist"),
    format: "esm",
    platform: "node",
    target: "node24",
    dts: false,
    logLevel: "silent",
    outExtensions: () => ({ js: ".js" }),
    inputOptions: { resolve: { conditionNames: ["@dingtalk-kit/source", "node", "import"] } },
    deps: { alwaysBundle: [/^(?!node:)/] },
  });
  // Away from everything that could still be imported.
  cpSync(folder.file("dist"), folder.file("elsewhere"), { recursive: true });
  writeFileSync(folder.file("elsewhere/package.json"), '{ "type": "module" }');
  const program = folder.file("elsewhere/program.js");
  const file = folder.file("inbox.db");
  expect(spawnSync(execPath, [program, file]).signal).toBe("SIGKILL");
  const { stdout } = await promisify(execFile)(execPath, [program, file, "read"]);
  expect(JSON.parse(stdout)).toMatchObject({ waiting: 1, lanes: 1 });
});
