import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ConfigError, silentLogger } from "@dingtalk-kit/protocol";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { createTestCa } from "dingtalk-simulator/testing";
import { afterEach, expect, test, vi } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { createServices } from "../src/services.ts";
import type { Services } from "../src/services.ts";
import { openConnectProxy } from "./connect-proxy.ts";

/** The ways out of an account of the simulator's app with these settings. */
function servicesWith({ app, endpoints }: Simulator, settings: Readonly<Record<string, unknown>>): Services {
  const { clientId, clientSecret } = app;
  const dingtalk = { clientId, clientSecret, endpoints, ...settings };
  return createServices(resolveAccount({ channels: { dingtalk } }), silentLogger);
}

const portOf = ({ url }: Simulator): number => Number(new URL(url).port);
/** Nobody resolves this name: only a proxy leads there. */
const elsewhere = { api: "http://api.dingtalk.invalid" };

afterEach(() => {
  vi.unstubAllEnvs();
});

test("proxy: goes through the one that is named, through that of the environment, or through none", async () => {
  await using simulator = await openSimulator();
  await using proxy = await openConnectProxy(portOf(simulator));
  for (const name of ["http_proxy", "all_proxy", "no_proxy", "ALL_PROXY", "NO_PROXY"]) vi.stubEnv(name, "");

  await using named = servicesWith(simulator, { endpoints: elsewhere, proxy: proxy.url });
  await named.api.token.get();
  expect(proxy.asked).toEqual(["api.dingtalk.invalid:80"]);

  vi.stubEnv("HTTP_PROXY", proxy.url);
  await using inherited = servicesWith(simulator, { endpoints: elsewhere });
  await inherited.api.token.get();
  expect(proxy.asked).toHaveLength(2);

  await using direct = servicesWith(simulator, { endpoints: elsewhere, proxy: "none" });
  await expect(direct.api.token.get()).rejects.toThrow(/dns/);
  expect(proxy.asked).toHaveLength(2);
});

test("caFile: trusts the authorities in it", async () => {
  await using ca = await createTestCa();
  await using simulator = await openSimulator({ tls: ca.tls });
  await using trusting = servicesWith(simulator, { caFile: ca.caFile });
  expect(await trusting.api.token.get()).not.toBe("");
  await using strict = servicesWith(simulator, {});
  await expect(strict.api.token.get()).rejects.toThrow(/tls/);
});

test("caFile: says in one line which file is missing or holds something else", async () => {
  await using ca = await createTestCa();
  await using simulator = await openSimulator();
  const missing = join(ca.caFile, "..", "missing.pem");
  expect(() => servicesWith(simulator, { caFile: missing })).toThrow(
    new ConfigError(`caFile: ${missing} cannot be read by the gateway (ENOENT)`),
  );
  const wrong = join(ca.caFile, "..", "wrong.pem");
  await writeFile(wrong, "not a certificate");
  expect(() => servicesWith(simulator, { caFile: wrong })).toThrow(
    new ConfigError(`caFile: ${wrong} does not begin with a PEM certificate`),
  );
});

test("ipFamily: connects over that family only", async () => {
  await using simulator = await openSimulator();
  const endpoints = { api: `http://localhost:${portOf(simulator)}` };
  await using four = servicesWith(simulator, { endpoints, ipFamily: 4 });
  expect(await four.api.token.get()).not.toBe("");
  await using six = servicesWith(simulator, { endpoints, ipFamily: 6 });
  await expect(six.api.token.get()).rejects.toThrow(/localhost/);
});

/** Of eight calls at once to an app that DingTalk grants three a second. */
async function refusedAt(requestsPerSecond: number): Promise<number> {
  const app = { clientId: `dingpace${requestsPerSecond}`, clientSecret: "secret" };
  await using simulator = await openSimulator({ app, qpsLimit: 3 });
  await using services = servicesWith(simulator, { requestsPerSecond });
  const send = (staffId: string): Promise<unknown> =>
    services.api.robot.send({ kind: "user", staffId }, { kind: "text", text: "hi" });
  await Promise.allSettled(["a", "b", "c", "d", "e", "f", "g", "h"].map(send));
  return simulator.calls("/v1.0/robot/*").filter(({ status }) => status === 403).length;
}

test("requestsPerSecond: no more calls leave than DingTalk grants the app", async () => {
  expect(await refusedAt(3)).toBe(0);
  expect(await refusedAt(100)).toBeGreaterThan(0);
});

test("counts the quota of an app over reloads of its account", async () => {
  await using simulator = await openSimulator({ app: { clientId: "dingquota", clientSecret: "secret" } });
  const before = servicesWith(simulator, {});
  before.api.quota.countDelivery();
  await before.api.robot.send({ kind: "user", staffId: "a" }, { kind: "text", text: "hi" });
  await before[Symbol.asyncDispose]();
  await using after = servicesWith(simulator, {});
  after.api.quota.countDelivery();
  expect(await after.api.quota.usage()).toMatchObject({ calls: 1, deliveries: 2 });
});
