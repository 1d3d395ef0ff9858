import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { hasPrivilege } from "./privilege.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const canTrace = hasPrivilege("system calls cannot be traced", () =>
  execFileSync("strace", ["-f", "-o", "/dev/null", "true"], { stdio: "pipe" }),
);
const program = fileURLToPath(new URL("append-program.ts", import.meta.url));

/** Runs the program under strace. @returns its commits, and how often it waited for the disk. */
function trace(serial: number, together: number): { serial: number; together: number; syncs: number } {
  using folder = temporaryFolder();
  const calls = folder.file("calls");
  const traced = [execPath, "--conditions=@dingtalk-kit/source", program, folder.file("inbox.db")];
  const options = ["-f", "-e", "trace=fsync,fdatasync", "-o", calls];
  const output = execFileSync("strace", [...options, ...traced, String(serial), String(together)]);
  const syncs = readFileSync(calls, "utf8").match(/\)\s+= 0$/gm) ?? [];
  const commits: { serial: number; together: number } = JSON.parse(output.toString());
  return { ...commits, syncs: syncs.length };
}

test.skipIf(!canTrace)(
  "waits for the disk at least once for each commit, and shares the wait (needs the right to trace)",
  { timeout: 60_000 },
  () => {
    const before = trace(0, 0).syncs;
    const one = trace(100, 0);
    expect(one.serial).toBeGreaterThanOrEqual(100);
    expect(one.syncs - before).toBeGreaterThanOrEqual(100);
    const many = trace(0, 500);
    expect(many.together).toBeLessThan(100);
    expect(many.syncs - before).toBeGreaterThanOrEqual(many.together);
    expect(many.syncs - before).toBeLessThan(100);
    console.log("syncs:", JSON.stringify({ opening: before, one, many }));
  },
);
