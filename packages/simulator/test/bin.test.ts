import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { call, dig } from "./call.ts";

const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ["--conditions=@dingtalk-kit/source", bin, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, exited: once(child, "close").then(([code]: unknown[]) => code), output: () => output };
}

test("prints its addresses, answers there, and ends with 0 on SIGTERM", async () => {
  const { child, exited, output } = start("--port", "0", "--json", "--client-id", "dingmine");
  await once(child.stdout, "data");
  const printed: unknown = JSON.parse(output());
  expect(dig(printed, "app.clientId")).toBe("dingmine");
  expect((await call(String(dig(printed, "control")))).body).toEqual(printed);
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});

test("tells people how to connect", async () => {
  const { child, exited, output } = start("--port", "0");
  await once(child.stdout, "data");
  child.kill("SIGINT");
  expect(await exited).toBe(0);
  expect(output()).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+\n/);
  expect(output()).toContain("instead of https://api.dingtalk.com");
  expect(output()).toContain("/_sim/ask");
});

test("--help lists every flag and ends with 0", async () => {
  const { exited, output } = start("--help");
  expect(await exited).toBe(0);
  for (const flag of ["--port", "--host", "--tls-cert", "--tls-key", "--client-id", "--json"]) {
    expect(output()).toContain(flag);
  }
});

test.for([
  [["--prot", "1"], "Unknown option '--prot'"],
  [["--port", "many"], "--port must be a number"],
  [["--host", "0.0.0.0"], "loopback only"],
  [["--tls-cert", "a.pem"], "go together"],
  [["--tls-cert", "/none.pem", "--tls-key", "/none.pem"], "cannot read /none.pem"],
  [["surplus"], "Unexpected argument 'surplus'"],
] as const)("bad flags end in one clear error and exit code 2: %o", async ([args, message]) => {
  const { exited, output } = start(...args);
  expect(await exited).toBe(2);
  expect(output()).toContain(message);
  expect(output().split("\n")).toHaveLength(3);
});
