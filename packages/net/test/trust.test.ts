import tls from "node:tls";

import { ConfigError } from "@dingtalk-kit/protocol";
import { beforeAll, expect, test } from "vitest";

import { createNet } from "../src/index.ts";
import { resolveTrust } from "../src/trust.ts";
import { createAuthority } from "./certificates.ts";
import type { Authority } from "./certificates.ts";
import { failureOf } from "./failure-of.ts";
import { openPlatform } from "./platform.ts";
import { openTestProxy } from "./test-proxy.ts";

let company: Authority;
let other: Authority;

beforeAll(async () => {
  [company, other] = await Promise.all([createAuthority("Company CA"), createAuthority("Other CA")]);
});

const ignore = { onMessage: (): void => undefined };
const ADVICE = "give its CA certificate with the option ca or NODE_EXTRA_CA_CERTS";

test("says what to do about TLS that is opened on the way, for calls and WebSockets", async () => {
  await using platform = await openPlatform(await company.issue("DNS:api.dingtalk.com"));
  await using proxy = await openTestProxy({ leadsTo: platform.port });
  await using net = createNet({ proxy: proxy.url });
  const call = await failureOf(net.request({ method: "GET", url: "https://api.dingtalk.com/" }));
  expect(call).toMatchObject({ name: "ConnectionError", stage: "tls" });
  const socket = await failureOf(net.openWebSocket("wss://api.dingtalk.com/?ticket=secret", ignore));
  expect(socket).toMatchObject({ stage: "connect.websocket", cause: { stage: "tls" } });
  for (const error of [call, socket]) {
    expect(String(error)).toContain(`api.dingtalk.com:443 through the proxy 127.0.0.1:${proxy.port} (tls): `);
    expect(String(error)).toContain(ADVICE);
  }
  expect(platform.arrived).toEqual([]);
});

test("says the same of a proxy whose own certificate is not trusted", async () => {
  const identity = await company.issue("IP:127.0.0.1");
  await using proxy = await openTestProxy({ identity });
  await using net = createNet({ proxy: `https://user:hunter2@127.0.0.1:${proxy.port}` });
  const error = await failureOf(net.request({ method: "GET", url: "https://api.dingtalk.com/" }));
  expect(error).toMatchObject({ name: "ConnectionError", stage: "proxy" });
  expect(String(error)).toContain(`could not connect to the proxy 127.0.0.1:${proxy.port} (proxy, tls): `);
  expect(String(error)).toContain(ADVICE);
  expect(proxy.requests).toEqual([]);
});

test("trusts the given authorities beside those of Node.js, alone or in one bundle", async () => {
  await using byCompany = await openPlatform(await company.issue("IP:127.0.0.1"));
  await using byOther = await openPlatform(await other.issue("IP:127.0.0.1"));
  const statuses = async (ca: string | readonly string[]): Promise<number[]> => {
    await using net = createNet({ ca });
    const urls = [byCompany, byOther].map(({ port }) => `https://127.0.0.1:${port}/`);
    return await Promise.all(urls.map(async (url) => (await net.request({ method: "GET", url })).status));
  };
  expect(await statuses([company.cert, other.cert])).toEqual([200, 200]);
  expect(await statuses(`# Company\n${company.cert}\r\n# Other\n${other.cert}`)).toEqual([200, 200]);
  await expect(statuses(company.cert)).rejects.toThrow(ADVICE);
  const before = tls.getCACertificates("default");
  try {
    tls.setDefaultCACertificates([...before, other.cert]);
    expect(await statuses(company.cert)).toEqual([200, 200]);
  } finally {
    tls.setDefaultCACertificates(before);
  }
});

test("holds the same trust once, however many networks share it", () => {
  const contexts = [company, company, other].map((authority) => resolveTrust(authority.cert)());
  expect(contexts[0]).toBeInstanceOf(Object);
  expect(contexts[1]).toBe(contexts[0]);
  expect(contexts[2]).not.toBe(contexts[0]);
  expect(resolveTrust(undefined)()).toBeUndefined();
});

test("refuses a certificate for another name, and says for which it is", async () => {
  await using platform = await openPlatform(await company.issue("DNS:other.example.com"));
  await using net = createNet({ ca: company.cert });
  const error = await failureOf(net.request({ method: "GET", url: `https://127.0.0.1:${platform.port}/` }));
  expect(error).toMatchObject({ stage: "tls" });
  expect(String(error)).toMatch(/127\.0\.0\.1.*ERR_TLS_CERT_ALTNAME_INVALID/);
});

test("refuses a CA that is no certificate", () => {
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  expect(() => createNet({ ca: "/etc/company-ca.pem" })).toThrow(ConfigError);
  expect(() => createNet({ ca: "/etc/company-ca.pem" })).toThrow(/not its path/);
  expect(() => createNet({ ca: company.key })).toThrow(ConfigError);
  expect(() => createNet({ ca: broken })).toThrow(/cannot be read/);
  expect(() => createNet({ ca: [company.cert, ""] })).toThrow(ConfigError);
});
