import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

import { openSimulator } from "dingtalk-simulator";
import { REAL_HOSTS, createTestCa, realNameEnvironment, realNameOptions } from "dingtalk-simulator/testing";
import { expect, test } from "vitest";

const run = promisify(execFile);

test("the test CA signs one certificate for all its names, and its file goes away with it", async () => {
  const ca = await createTestCa();
  const issuer = new X509Certificate(ca.caCertPem);
  const server = new X509Certificate(ca.tls.cert);
  expect(issuer.ca).toBe(true);
  expect(server.checkIssued(issuer)).toBe(true);
  expect(server.verify(issuer.publicKey)).toBe(true);
  for (const name of [...REAL_HOSTS, "localhost"]) expect(server.checkHost(name)).toBe(name);
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(existsSync(ca.caFile)).toBe(true);
  await ca[Symbol.asyncDispose]();
  expect(existsSync(ca.caFile)).toBe(false);
});

/** Runs a script in a process for which the simulator is DingTalk. */
async function runMapped(script: string, change: Readonly<Record<string, string>> = {}): Promise<string> {
  await using ca = await createTestCa();
  await using simulator = await openSimulator(realNameOptions(ca));
  const env = { PATH: process.env["PATH"] ?? "", ...realNameEnvironment(simulator, ca), ...change };
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
  return stdout.trim();
}

test("fetch, https and a look-up first all reach it under the real name", async () => {
  const script = `
    import { get } from "node:https";
    import { lookup } from "node:dns/promises";
    import dns from "node:dns";
    const viaFetch = (await fetch("https://api.dingtalk.com/v1.0/x")).status;
    const viaHttps = await new Promise((resolve) => get("https://oapi.dingtalk.com/x", (r) => { r.resume(); resolve(r.statusCode); }));
    const { address } = await lookup("api.dingtalk.com");
    const [first] = await new Promise((resolve) => dns.lookup("api.dingtalk.com", { all: true }, (_, found) => resolve(found)));
    const viaAddress = await new Promise((resolve) =>
      get({ host: address, servername: "api.dingtalk.com", path: "/x" }, (r) => { r.resume(); resolve(r.statusCode); }));
    console.log(viaFetch, viaHttps, viaAddress, first.address === address);
  `;
  expect(await runMapped(script)).toBe("404 404 404 true");
});

test("without the CA the certificate is refused, so TLS is really checked", async () => {
  const script = `
    const error = await fetch("https://api.dingtalk.com/").catch((reason) => reason.cause);
    console.log(error.code);
  `;
  expect(await runMapped(script, { NODE_EXTRA_CA_CERTS: "" })).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
});

test("other names are left alone", async () => {
  const script = `
    import { createServer } from "node:http";
    const server = createServer((_, response) => response.end("own")).listen(0, "127.0.0.1", async () => {
      console.log(await (await fetch("http://localhost:" + server.address().port)).text());
      server.close();
    });
  `;
  expect(await runMapped(script)).toBe("own");
});
