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

test("prints the seed that it drew or was given, and the faults that stand", async () => {
  const drop = '{"kind":"frame.drop","probability":0.5}';
  const refuse = '{"kind":"call.answer","where":{"path":"/gettoken"},"status":502,"body":"<html>"}';
  const { child, exited, output } = start("--port", "0", "--seed", "7", "--fault", drop, "--fault", refuse);
  await once(child.stdout, "data");
  expect(output()).toMatch(/\n {2}seed +7\n/);
  expect(output()).toContain(drop);
  const url = /listens on (\S+)/.exec(output())?.[1] ?? "";
  expect((await call(`${url}/gettoken`)).text).toBe("<html>");
  expect(await call(`${url}/_sim/faults`)).toMatchObject({
    body: { seed: 7, faults: [{ spec: { kind: "frame.drop" } }, { struck: 1 }] },
  });
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});

test("--help lists every flag and ends with 0", async () => {
  const { exited, output } = start("--help");
  expect(await exited).toBe(0);
  for (const flag of [
    "--port",
    "--host",
    "--tls-cert",
    "--tls-key",
    "--client-id",
    "--fault",
    "--seed",
    "--json",
  ]) {
    expect(output()).toContain(flag);
  }
});

test.for([
  [["--prot", "1"], "Unknown option '--prot'"],
  [["--port", "many"], "--port must be a number"],
  [["--host", "0.0.0.0"], "loopback only"],
  [["--tls-cert", "a.pem"], "go together"],
  [["--tls-cert", "/none.pem", "--tls-key", "/none.pem"], "cannot read /none.pem"],
  [["--seed", "x"], "--seed must be a whole number"],
  [["--fault", "{"], "--fault must be JSON"],
  [["--fault", '{"kind":"frame.lost"}'], "there is no fault frame.lost"],
  [["--undeliverable", "keep"], "--undeliverable must be lose or hold"],
  [["surplus"], "Unexpected argument 'surplus'"],
] as const)("bad flags end in one clear error and exit code 2: %o", async ([args, message]) => {
  const { exited, output } = start(...args);
  expect(await exited).toBe(2);
  expect(output()).toContain(message);
  expect(output().split("\n")).toHaveLength(3);
});
