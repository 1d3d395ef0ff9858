import type { Duplex } from "node:stream";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createNet } from "../src/index.ts";
import { everyMessage, failureOf } from "./failure-of.ts";
import { openSilentServer, until } from "./http-server.ts";
import { openTestProxy } from "./test-proxy.ts";

const REQUEST = { method: "POST", url: "https://api.dingtalk.com/v1.0/x", json: {} } as const;
const SOCKET = "wss://wss-open-connection.dingtalk.com/connect?ticket=secret";
const PAGE = "<html><body>Please log in to use this network</body></html>";

function saying(...lines: readonly string[]): (socket: Duplex) => void {
  return (socket) => void socket.end(lines.join("\r\n"));
}

/** Announces a tunnel in the smallest pieces; plain HTTP answers at its end. */
function byteByByte(socket: Duplex): void {
  const rest = Buffer.from("HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n").values();
  const next = (): void => {
    const { value, done } = rest.next();
    if (done === true) socket.once("data", () => socket.end(`HTTP/1.1 400 Bad Request\r\n\r\n${PAGE}`));
    else socket.write(Buffer.of(value), () => setImmediate(next));
  };
  next();
}

/** What a proxy or a middlebox may answer to CONNECT, and what the error says. */
const answers: readonly [string, (socket: Duplex) => void, RegExp][] = [
  [
    "407",
    saying("HTTP/1.1 407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="x"', "", ""),
    /HTTP 407 Proxy Authentication Required \(proxy\): it wants credentials: put user:password@/,
  ],
  [
    "407 for a company's login only",
    saying("HTTP/1.1 407 No", "Proxy-Authenticate: Negotiate", "Proxy-Authenticate: NTLM abc", "", ""),
    /HTTP 407 No \(proxy\): it wants credentials of the kind Negotiate, NTLM, and only Basic/,
  ],
  [
    "403 with a page",
    saying("HTTP/1.1 403 Forbidden", `Content-Length: ${PAGE.length}`, "", PAGE),
    /answered CONNECT .*dingtalk\.com:443 with HTTP 403 Forbidden \(proxy\): its rules do not allow/,
  ],
  [
    "502",
    saying("HTTP/1.1 502 Bad Gateway", "", ""),
    /HTTP 502 Bad Gateway \(proxy\): it is the proxy that could not reach/,
  ],
  [
    "503",
    saying("HTTP/1.0 503 Service Unavailable", "", ""),
    /HTTP 503 .*it is the proxy that could not reach/,
  ],
  [
    "a redirect to a login page",
    saying("HTTP/1.1 302 Found", "Location: http://login/", "", ""),
    /HTTP 302 Found.*login page/,
  ],
  ["400", saying("HTTP/1.1 400 Bad Request", "", ""), /HTTP 400 Bad Request.*it is no proxy for CONNECT/],
  ["101", saying("HTTP/1.1 101 Switching Protocols", "", ""), /HTTP 101/],
  ["no reason phrase", saying("HTTP/1.1 405 ", "", ""), /HTTP 405 \(proxy\)/],
  [
    "200 with a page",
    saying("HTTP/1.1 200 OK", `Content-Length: ${PAGE.length}`, "", PAGE),
    /HTTP 200 and a page instead of a tunnel \(proxy\): .*Please log in/,
  ],
  [
    "garbage",
    saying("\u0000\u0001\u0005garbage", ""),
    /did not answer CONNECT .* as a proxy does \(proxy\): Parse Error/,
  ],
  [
    "headers without end",
    (socket) => void socket.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(64 * 1024)}`),
    /did not answer CONNECT .* as a proxy does \(proxy\): .*overflow/i,
  ],
  ["half a header", saying("HTTP/1.1 200 O"), /did not answer CONNECT .* as a proxy does \(proxy\)/],
  [
    "nothing, and hangs up",
    (socket) => void socket.end(),
    /did not answer CONNECT .* as a proxy does \(proxy\): socket hang up/,
  ],
  [
    "nothing, and resets",
    (socket) => void socket.destroy(),
    /did not answer CONNECT .* as a proxy does \(proxy\)/,
  ],
];

test.each(answers)("says what it means that a proxy answers with %s", async (_what, answer, text) => {
  await using proxy = await openTestProxy({ answer });
  await using net = createNet({ proxy: proxy.url });
  const call = await failureOf(net.request(REQUEST));
  expect(call).toMatchObject({ name: "ConnectionError", stage: "proxy" });
  const socket = await failureOf(net.openWebSocket(SOCKET, { onMessage: () => undefined }));
  expect(socket).toMatchObject({
    name: "ConnectionError",
    stage: "connect.websocket",
    cause: { stage: "proxy" },
  });
  for (const error of [call, socket]) {
    expect(String(error)).toMatch(text);
    expect(String(error)).toContain(`the proxy 127.0.0.1:${proxy.port}`);
    expect(String(error)).not.toMatch(/\n|secret/);
  }
  // One attempt each: nothing is repeated behind the caller's back.
  expect(proxy.requests).toHaveLength(2);
  await until(() => proxy.connections() === 0);
});

test("tells refused credentials from missing ones, and shows them to nobody", async () => {
  const credentials = Buffer.from("user:hunter2").toString("base64");
  const answer = saying(
    `HTTP/1.1 407 Wrong: Basic ${credentials}`,
    `Proxy-Authenticate: Basic realm="${credentials}"`,
    "",
    "",
  );
  await using proxy = await openTestProxy({ answer });
  await using net = createNet({ proxy: `http://user:hunter2@127.0.0.1:${proxy.port}` });
  const error = await failureOf(net.request(REQUEST));
  expect(String(error)).toContain("it refused the credentials in the proxy's URL");
  expect(everyMessage(error)).not.toContain("hunter2");
  expect(everyMessage(error)).not.toContain(credentials);
});

test("accepts a tunnel that is announced byte by byte, and says that its end does not speak TLS", async () => {
  await using proxy = await openTestProxy({ answer: byteByByte });
  await using net = createNet({ proxy: proxy.url });
  const error = await failureOf(net.request(REQUEST));
  expect(error).toMatchObject({ name: "ConnectionError", stage: "tls" });
  expect(String(error)).toMatch(/\(tls\): .*; what answered there does not speak TLS$/);
});

test("says that a server is no proxy", async () => {
  await using server = await openSilentServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
  await using net = createNet({ proxy: server.url });
  const error = await failureOf(net.request(REQUEST));
  expect(error).toMatchObject({ stage: "proxy" });
  expect(String(error)).toContain("as a proxy does");
});

test("gives up a proxy that does not answer at its own limit", async () => {
  await using proxy = await openTestProxy({ answer: () => undefined });
  const clock = createManualClock();
  await using net = createNet({ proxy: proxy.url, proxyTimeoutMs: 700 }, { clock });
  const failures = [
    failureOf(net.request(REQUEST)),
    failureOf(net.openWebSocket(SOCKET, { onMessage: () => undefined })),
  ];
  await until(() => proxy.requests.length === 2);
  await clock.advance(700);
  const [call, socket] = await Promise.all(failures);
  expect(call).toMatchObject({ name: "TimeoutError", timeoutMs: 700, stage: "proxy" });
  expect(String(call)).toMatch(
    /no tunnel through the proxy 127\.0\.0\.1:\d+ to api\.dingtalk\.com:443 within 700 ms \(proxy\)/,
  );
  expect(socket).toMatchObject({ stage: "connect.websocket", cause: { stage: "proxy" } });
  await until(() => proxy.connections() === 0);
  expect(clock.pending).toBe(0);
});
