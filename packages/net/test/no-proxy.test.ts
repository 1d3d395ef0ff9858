import { expect, test } from "vitest";

import { isLoopback, parseNoProxy } from "../src/no-proxy.ts";

test.each([
  [
    "a name and all names below it",
    "dingtalk.com",
    ["dingtalk.com", "api.dingtalk.com"],
    ["notdingtalk.com"],
  ],
  [
    "a leading dot or star likewise",
    ".dingtalk.com *.corp",
    ["dingtalk.com", "a.b.corp"],
    ["dingtalk.com.cn"],
  ],
  [
    "names in any case, with or without the root's dot",
    "API.Dingtalk.com.",
    ["api.dingtalk.com", "API.dingtalk.com."],
    ["dingtalk.com"],
  ],
  ["names in Unicode", "例子.测试", ["xn--fsqu00a.xn--0zwm56d"], ["example.com"]],
  ["IPv4 addresses", "10.0.0.5", ["10.0.0.5"], ["10.0.0.50", "10.0.0.5.example.com"]],
  [
    "IPv6 addresses in any spelling",
    "[2001:DB8::1] fd00:0:0::2",
    ["2001:db8:0:0::1", "fd00::2"],
    ["2001:db8::2"],
  ],
  [
    "ranges",
    "10.0.0.0/8, fd00::/8",
    ["10.200.3.4", "fd12::1", "::ffff:10.1.1.1"],
    ["11.0.0.1", "fe80::1", "ten.example.com"],
  ],
  ["everything", "example.com,*", ["api.dingtalk.com", "10.0.0.1", "::1"], []],
  ["nothing, when empty", " , ", [], ["api.dingtalk.com"]],
] as const)("matches %s", (_what, list, matching, others) => {
  const matches = parseNoProxy(list);
  expect(matching.filter((host) => !matches(host, 443))).toEqual([]);
  expect(others.filter((host) => matches(host, 443))).toEqual([]);
});

test("limits an entry to its port", () => {
  const matches = parseNoProxy("api.dingtalk.com:8443,[::1]:8443,10.0.0.5:8443");
  for (const host of ["api.dingtalk.com", "::1", "10.0.0.5"]) {
    expect([matches(host, 8443), matches(host, 443)]).toEqual([true, false]);
  }
});

test("passes over entries that make no sense, and keeps the others", () => {
  const matches = parseNoProxy("10.0.0.0/99,fd00::/200,/8,.,:443,[,::::,<local>,a*b,http://x/,good.example");
  expect(matches("good.example", 443)).toBe(true);
  for (const host of ["10.0.0.1", "fd00::1", "api.dingtalk.com", "8.8.8.8"])
    expect(matches(host, 443)).toBe(false);
});

test("knows this machine by name and address", () => {
  for (const host of ["localhost", "sim.localhost", "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) {
    expect(isLoopback(host, 80)).toBe(true);
  }
  for (const host of ["localhost.example.com", "128.0.0.1", "::2"]) expect(isLoopback(host, 80)).toBe(false);
});
