import { ConfigError } from "@dingtalk-kit/protocol";

import type { DialTarget } from "./authority.ts";
import { targetOf } from "./authority.ts";

/** A proxy that opens tunnels. `secure`: it is itself reached over TLS. */
export interface ProxyServer extends DialTarget {
  /** Value of `Proxy-Authorization`. Secret. */
  readonly authorization: string | undefined;
}

function authorizationOf(url: URL, source: string): string | undefined {
  if (url.username === "" && url.password === "") return undefined;
  try {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return `Basic ${Buffer.from(credentials, "utf8").toString("base64")}`;
  } catch {
    throw new ConfigError(`${source}: the user or the password is not percent-encoded: write a % as %25`);
  }
}

/**
 * Reads `http://user:password@host:port`. Without a scheme it is `http:`; the ports are 80 and 443 when left out.
 *
 * @param source - the option or variable that holds the URL. The URL itself, which may hold a password, is never shown.
 * @throws ConfigError when it is no such URL.
 */
export function parseProxyUrl(text: string, source: string): ProxyServer {
  const trimmed = text.trim();
  const url = URL.parse(trimmed.includes("://") ? trimmed : `http://${trimmed}`);
  if (url === null || url.hostname === "") {
    throw new ConfigError(
      `${source} is not a proxy's URL: write http://user:password@host:port, special characters percent-encoded`,
    );
  }
  const scheme = url.protocol.slice(0, -1);
  if (scheme.startsWith("socks")) {
    throw new ConfigError(
      `${source} names a SOCKS proxy, which is not supported: give its http:// or https:// port`,
    );
  }
  if (scheme !== "http" && scheme !== "https") {
    throw new ConfigError(`${source} must begin with http:// or https://`);
  }
  return { ...targetOf(url), authorization: authorizationOf(url, source) };
}
