import http from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

import { ConnectionError } from "@dingtalk-kit/protocol";

import { authorityOf } from "./authority.ts";
import type { DialTarget } from "./authority.ts";
import { reasonOf } from "./failure-reason.ts";
import { sampleOf } from "./json-answer.ts";
import type { ProxyServer } from "./proxy-url.ts";

function credentialsAdvice(answer: IncomingMessage, proxy: ProxyServer): string {
  const { "proxy-authenticate": challenges, "www-authenticate": others } = answer.headersDistinct;
  const schemes = (challenges ?? others ?? []).map(
    (challenge) => /^[\w-]{1,32}/.exec(challenge.trim())?.[0] ?? "?",
  );
  if (schemes.length > 0 && !schemes.some((scheme) => scheme.toLowerCase() === "basic")) {
    return `it wants credentials of the kind ${schemes.join(", ")}, and only Basic is supported`;
  }
  return proxy.authorization === undefined
    ? "it wants credentials: put user:password@ before the host in the proxy's URL"
    : "it refused the credentials in the proxy's URL: check user and password, percent-encoded";
}

/** What the proxy's own answer means. Whatever it is, DingTalk has not been asked. */
function adviceFor(answer: IncomingMessage, proxy: ProxyServer): string {
  const status = answer.statusCode ?? 0;
  // tinyproxy says 401 where 407 is meant.
  if (status === 407 || status === 401) return credentialsAdvice(answer, proxy);
  if (status === 403) return "its rules do not allow this host and port";
  if (status >= 300 && status < 400) return "it sends to another page, as a network with a login page does";
  if (status >= 500) return "it is the proxy that could not reach this host and port";
  return "it is no proxy for CONNECT, or its rules do not allow this";
}

/**
 * Asks the proxy at the other end of `socket` for a tunnel. Whoever drops the attempt destroys the socket.
 *
 * @throws ConnectionError of stage `proxy` that says what the proxy answered.
 */
export function openTunnel(socket: Socket, proxy: ProxyServer, target: DialTarget): Promise<void> {
  const authority = authorityOf(target);
  const name = `the proxy ${authorityOf(proxy)}`;
  const { authorization } = proxy;
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: unknown): void =>
      reject(new ConnectionError(message, { stage: "proxy", cause }));
    const request = http.request({
      method: "CONNECT",
      path: authority,
      headers: {
        host: authority,
        "proxy-connection": "keep-alive",
        ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
      },
      createConnection: () => socket,
    });
    request.once("connect", (answer, _socket, head) => {
      const status = answer.statusCode ?? 0;
      const said = `${name} answered CONNECT ${authority} with HTTP ${status}`;
      if (status < 200 || status >= 300) {
        const phrase = sampleOf(answer.statusMessage ?? "");
        fail(`${said}${phrase === "" ? "" : ` ${phrase}`} (proxy): ${adviceFor(answer, proxy)}`);
        return;
      }
      // In TLS and in HTTP the client speaks first: such bytes are a page, not the target's.
      if (head.length > 0) fail(`${said} and a page instead of a tunnel (proxy): ${sampleOf(String(head))}`);
      else resolve();
    });
    request.once("error", (cause) =>
      fail(`${name} did not answer CONNECT ${authority} as a proxy does (proxy): ${reasonOf(cause)}`, cause),
    );
    request.end();
  });
}
