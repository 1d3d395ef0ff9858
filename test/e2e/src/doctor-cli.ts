import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import type { CommandResult, OpenClawHome } from "@dingtalk-kit/example-demo";

const manifest = createRequire(import.meta.url).resolve("dingtalk-doctor/package.json");

/** Runs `dingtalk-doctor migrate <args>` on the config of this OpenClaw, and shows what people see. */
export function migrate(home: OpenClawHome, ...args: readonly string[]): Promise<CommandResult> {
  const bin = join(dirname(manifest), "src", "bin.ts");
  const words = ["--conditions=@dingtalk-kit/source", bin, "migrate", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, words, { env: home.env, cwd: home.workspace }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ code: typeof code === "number" ? code : undefined, stdout, stderr });
    });
  });
}
