import { ConfigError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { authorityOf, targetOf } from "../src/authority.ts";
import { createNet } from "../src/index.ts";
import { chooseProxy } from "../src/proxy-choice.ts";
import type { Environment } from "../src/proxy-choice.ts";
import { failureOf } from "./failure-of.ts";

/** The proxy that is chosen for a URL, as `host:port`. */
function chosen(url: string, environment: Environment, proxy = "inherit"): string {
  const server = chooseProxy(proxy, environment)(targetOf(new URL(url)));
  return server === undefined ? "direct" : authorityOf(server);
}

const API = "https://api.dingtalk.com/v1.0/x";
const SOCKET = "wss://wss-open-connection.dingtalk.com:443/connect";

test.each<[name: string, environment: Environment, https: string, http: string]>([
  ["nothing set", {}, "direct", "direct"],
  ["upper case", { HTTPS_PROXY: "http://s:1", HTTP_PROXY: "http://p:2" }, "s:1", "p:2"],
  ["lower case first", { HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:1" }, "lower:1", "direct"],
  ["both kinds at once", { ALL_PROXY: "http://all:3" }, "all:3", "all:3"],
  ["the kind before all", { all_proxy: "http://all:3", HTTPS_PROXY: "http://s:1" }, "s:1", "all:3"],
  ["blank values are none", { https_proxy: " ", HTTPS_PROXY: "http://s:1", ALL_PROXY: "" }, "s:1", "direct"],
  ["only plain HTTP set", { HTTP_PROXY: "http://p:2" }, "direct", "p:2"],
  ["no scheme", { HTTPS_PROXY: "proxy.corp:3128" }, "proxy.corp:3128", "direct"],
  ["default ports", { HTTPS_PROXY: "https://s/", HTTP_PROXY: "http://p/" }, "s:443", "p:80"],
  ["IPv6", { HTTPS_PROXY: "http://[fd00::1]:3128" }, "[fd00::1]:3128", "direct"],
  ["NO_PROXY", { HTTPS_PROXY: "http://s:1", NO_PROXY: "dingtalk.com" }, "direct", "direct"],
  ["no_proxy first", { ALL_PROXY: "http://a:1", no_proxy: "other.com", NO_PROXY: "*" }, "a:1", "a:1"],
  [
    "a SOCKS proxy for the rest",
    { ALL_PROXY: "socks5://s:1", HTTPS_PROXY: "http://p:2", HTTP_PROXY: "http://p:2" },
    "p:2",
    "p:2",
  ],
])("inherits the way that the environment names: %s", (_name, environment, secure, plain) => {
  expect([chosen(API, environment), chosen(SOCKET, environment)]).toEqual([secure, secure]);
  expect([chosen("http://example.com/", environment), chosen("ws://example.com/", environment)]).toEqual([
    plain,
    plain,
  ]);
});

test("never sends loopback to an inherited proxy, and everything to a given one", () => {
  const environment = { ALL_PROXY: "http://all:3", NO_PROXY: "*" };
  for (const url of [
    "http://127.0.0.1:9/",
    "https://localhost/",
    "ws://[::1]:80/",
    "http://sim.localhost/",
  ]) {
    expect(chosen(url, { ALL_PROXY: "http://all:3" })).toBe("direct");
    expect(chosen(url, environment, "http://given:1")).toBe("given:1");
  }
  expect(chosen(API, environment, "http://given:1")).toBe("given:1");
  expect(chosen(API, { ALL_PROXY: "http://all:3" }, "none")).toBe("direct");
});

test("decodes the credentials", () => {
  const server = chooseProxy("http://us%40er:p%3Ass%25@proxy:1", {})(targetOf(new URL(API)));
  expect(server?.authorization).toBe(`Basic ${Buffer.from("us@er:p:ss%").toString("base64")}`);
});

test.each([
  ["socks5://user:hunter2@proxy:1080", /SOCKS.*http:\/\//],
  ["socks5h://user:hunter2@proxy:1080", /SOCKS/],
  ["ftp://user:hunter2@proxy", /must begin with http:\/\/ or https:\/\//],
  ["http://user:hunter2#@proxy:1", /percent-encoded/],
  ["http://user:hunter2%zz@proxy:1", /percent-encoded/],
  ["http://user:hunter2@:80", /not a proxy's URL/],
])("refuses %s with what to write instead, and without showing it", async (value, text) => {
  expect(() => createNet({ proxy: value })).toThrow(ConfigError);
  expect(() => createNet({ proxy: value })).toThrow(text);
  expect(() => createNet({ proxy: value })).not.toThrow(/hunter2/);
  await using net = createNet({ environment: { https_proxy: value } });
  const errors = await Promise.all([
    failureOf(net.request({ method: "GET", url: API })),
    failureOf(net.openWebSocket(SOCKET, { onMessage: () => undefined })),
  ]);
  for (const error of errors) {
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(text);
    expect(String(error)).toContain("https_proxy");
    expect(String(error)).not.toContain("hunter2");
  }
});

test("refuses a mode that it does not know", () => {
  for (const proxy of ["", "direct", "Inherit", "proxy:3128"]) {
    expect(() => createNet({ proxy })).toThrow(/'inherit', 'none' or a URL/);
  }
});
