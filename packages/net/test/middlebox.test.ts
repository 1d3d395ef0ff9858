import { createHash } from "node:crypto";
import net from "node:net";
import type { Socket } from "node:net";

import { DingTalkError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { createNet } from "../src/index.ts";
import { everyMessage, failureOf } from "./failure-of.ts";
import { listen, openSilentServer, until } from "./http-server.ts";
import type { TestServer } from "./http-server.ts";

const PAGE = "<html><body>Blocked by Company Gateway</body></html>";

function saying(...lines: readonly string[]): (socket: Socket) => void {
  return (socket) => void socket.end(lines.join("\r\n"));
}

function acceptOf(request: string): string {
  const key = /^sec-websocket-key: (.*)$/im.exec(request)?.[1]?.trim() ?? "";
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

const UPGRADED = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];

/** What may answer instead of the platform, and what a call and an upgrade make of it. */
const answers: readonly [string, (socket: Socket) => void, call: RegExp | undefined, upgrade: RegExp][] = [
  [
    "garbage",
    saying("\u0000\u0001garbage", ""),
    /got no answer \(http\): .*HTTP/,
    /upgrade at .* failed: Parse Error/,
  ],
  ["another protocol", saying("SSH-2.0-OpenSSH_9.2", ""), /got no answer \(http\)/, /failed: Parse Error/],
  [
    "headers without end",
    saying(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(256 * 1024)}`),
    /got no answer \(http\): Headers Overflow/,
    /failed: Parse Error: Header overflow/,
  ],
  ["half a header", saying("HTTP/1.1 200 O"), /got no answer \(http\)/, /failed: socket hang up/],
  [
    "half a body",
    saying("HTTP/1.1 200 OK", "Content-Length: 100", "", "{"),
    /got no answer \(http\)/,
    /refused the WebSocket upgrade with HTTP 200/,
  ],
  [
    "a broken chunk",
    saying("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "zz", "x"),
    /got no answer \(http\)/,
    /HTTP 200|failed: Parse Error/,
  ],
  [
    "two lengths",
    saying("HTTP/1.1 200 OK", "Content-Length: 1", "Content-Length: 2", "", "xx"),
    /got no answer \(http\)/,
    /failed: Parse Error/,
  ],
  [
    "a page",
    saying("HTTP/1.1 200 OK", `Content-Length: ${PAGE.length}`, "", PAGE),
    undefined,
    /HTTP 200: .*Blocked by Company Gateway/,
  ],
  [
    "a redirect",
    saying(
      "HTTP/1.1 302 Found",
      "Location: https://login.example/?access_token=secret",
      "Content-Length: 0",
      "",
      "",
    ),
    undefined,
    /HTTP 302$/,
  ],
  [
    "an unasked upgrade",
    saying(...UPGRADED, "Sec-WebSocket-Accept: wrong", "", ""),
    /got no answer \(http\)/,
    /failed: Invalid Sec-WebSocket-Accept header/,
  ],
  [
    "an upgrade to something else",
    saying("HTTP/1.1 101 Switching Protocols", "Upgrade: h2c", "Connection: Upgrade", "", ""),
    /got no answer \(http\)/,
    /failed: Invalid Upgrade header/,
  ],
  [
    "nothing",
    (socket) => void socket.end(),
    /got no answer \(http\): other side closed/,
    /failed: socket hang up/,
  ],
  [
    "a reset",
    (socket) => void socket.resetAndDestroy(),
    /got no answer \(http\): read ECONNRESET/,
    /failed: (read ECONNRESET|socket hang up)/,
  ],
];

test.each(answers)(
  "calls it by its name that %s comes for an answer",
  async (_what, answer, call, upgrade) => {
    let asked = 0;
    await using server = await openSilentServer((socket) => {
      asked += 1;
      answer(socket);
    });
    await using client = createNet();
    const request = client.request({ method: "POST", url: `${server.url}/x?access_token=secret`, json: {} });
    if (call === undefined) {
      const response = await request;
      expect(() => response.json()).toThrow(DingTalkError);
    } else {
      const error = await failureOf(request);
      expect(error).toMatchObject({ name: "ConnectionError", stage: "http" });
      expect(String(error)).toMatch(call);
      expect(everyMessage(error)).not.toContain("secret");
    }
    const opening = client.openWebSocket(`ws://127.0.0.1:${server.port}/?ticket=secret`, {
      onMessage: () => undefined,
    });
    const error = await failureOf(opening);
    expect(error).toMatchObject({ stage: "connect.websocket" });
    expect(String(error)).toMatch(upgrade);
    expect(everyMessage(error)).not.toContain("secret");
    await client[Symbol.asyncDispose]();
    await until(() => server.connections() === 0);
    // Nothing is repeated behind the caller's back.
    expect(asked).toBe(2);
  },
);

/** Accepts every upgrade and then sends `bytes`. */
function openGateway(bytes: Buffer): Promise<TestServer> {
  return listen(
    net.createServer((socket) => {
      socket.once("data", (request) => {
        const accept = `Sec-WebSocket-Accept: ${acceptOf(String(request))}`;
        socket.write([...UPGRADED, accept, "", ""].join("\r\n"));
        socket.write(bytes);
      });
    }),
  );
}

test.each([
  ["a frame that breaks the rules", Buffer.from([0xff, 0x00])],
  ["a masked frame", Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5])],
  ["text that is not UTF-8", Buffer.from([0x81, 0x02, 0xff, 0xff])],
  ["HTTP again", Buffer.from(`HTTP/1.1 502 Bad Gateway\r\n\r\n${PAGE}`)],
])("closes a WebSocket over which %s comes", async (_what, bytes) => {
  await using gateway = await openGateway(bytes);
  await using client = createNet();
  const messages: string[] = [];
  const socket = await client.openWebSocket(`ws://127.0.0.1:${gateway.port}/`, {
    onMessage: (text) => messages.push(text),
  });
  const closed = await socket.closed;
  expect(closed.code).toBe(1006);
  expect(closed.error).toBeInstanceOf(Error);
  expect(messages).toEqual([]);
});
