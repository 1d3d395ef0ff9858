import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { temporaryFolder, workspaceRoot } from "../../../scripts/pack.ts";
import { commandEnvironment, shellCall } from "../../../scripts/toolchain/environment.mjs";
import { withLock } from "../../../scripts/toolchain/lock.mjs";
import { nodeFits } from "../../../scripts/toolchain/tools.mjs";

const noWait = (): void => expect.fail("had to wait");

describe("the Node.js range", () => {
  test("of the toolchain is the one of engines", () => {
    const { engines }: { engines: { node: string } } = JSON.parse(
      readFileSync(join(workspaceRoot, "package.json"), "utf8"),
    );
    expect(engines.node).toBe(">=24.16.0 <25 || >=26.1.0");
    const fitting = [
      "20.20.2",
      "24.15.9",
      "24.16.0",
      "24.21.0",
      "25.9.0",
      "26.0.0",
      "26.1.0",
      "27.0.0",
    ].filter(nodeFits);
    expect(fitting).toEqual(["24.16.0", "24.21.0", "26.1.0", "27.0.0"]);
  });

  test("admits the version in .node-version", () => {
    expect(nodeFits(readFileSync(join(workspaceRoot, ".node-version"), "utf8").trim())).toBe(true);
  });
});

test("commands keep what leads to the registry, and lose what npm says to its own scripts", () => {
  const outer = {
    HOME: "/home/a",
    HTTPS_PROXY: "http://proxy",
    NODE_EXTRA_CA_CERTS: "/ca.pem",
    npm_config_registry: "https://registry.test",
    npm_config_https_proxy: "http://proxy",
    npm_config_yes: "",
    npm_lifecycle_event: "test",
    INIT_CWD: "/somewhere",
  };
  expect(commandEnvironment(outer)).toEqual({
    TURBO_TELEMETRY_DISABLED: "1",
    HOME: "/home/a",
    HTTPS_PROXY: "http://proxy",
    NODE_EXTRA_CA_CERTS: "/ca.pem",
    npm_config_registry: "https://registry.test",
    npm_config_https_proxy: "http://proxy",
  });
});

test("a call through a shell quotes what the shell would take apart", () => {
  expect(shellCall("pnpm", ["run", "a b", 'say "c"'], true)).toEqual([
    String.raw`pnpm run "a b" "say \"c\""`,
    [],
  ]);
  expect(shellCall("pnpm", ["run", "a b"], false)).toEqual(["pnpm", ["run", "a b"]]);
});

describe("withLock", () => {
  test("holds the lock while the job runs, and frees it when the job throws", async () => {
    using folder = temporaryFolder("lock");
    const lock = join(folder.path, "install.lock");
    const job = withLock(
      lock,
      () => {
        expect(existsSync(lock)).toBe(true);
        throw new Error("broken job");
      },
      noWait,
    );
    await expect(job).rejects.toThrow("broken job");
    expect(existsSync(lock)).toBe(false);
  });

  test("waits while its owner lives, and takes it over when the owner is gone", async () => {
    using folder = temporaryFolder("lock");
    const lock = join(folder.path, "install.lock");
    mkdirSync(lock);
    writeFileSync(join(lock, "pid"), String(process.pid));
    const { pid } = spawnSync(process.execPath, ["--eval", ""]);
    const steps: string[] = [];
    await withLock(
      lock,
      () => steps.push("job"),
      () => {
        steps.push("wait");
        writeFileSync(join(lock, "pid"), String(pid));
      },
    );
    expect(steps).toEqual(["wait", "job"]);
  });
});
