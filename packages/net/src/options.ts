import type { SecureContext } from "node:tls";

import { ConfigError } from "@dingtalk-kit/protocol";

import { chooseProxy } from "./proxy-choice.ts";
import type { Environment, ProxyChoice } from "./proxy-choice.ts";
import { resolveTrust } from "./trust.ts";

/** Time limits in milliseconds; whichever passes first ends the work, and the error names it. */
export interface NetLimits {
  /** Limit of one whole call: connecting, sending, and reading the answer. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Limit of one connection attempt, from the name lookup to the TLS handshake. @defaultValue 10_000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Limit of a name lookup. @defaultValue 5_000 */
  readonly dnsTimeoutMs?: number | undefined;
  /** Limit of a TCP connect, over all addresses of a name. @defaultValue 8_000 */
  readonly tcpTimeoutMs?: number | undefined;
  /** Limit of a TLS handshake. @defaultValue 8_000 */
  readonly tlsTimeoutMs?: number | undefined;
  /** Limit of a proxy's answer to CONNECT. @defaultValue 8_000 */
  readonly proxyTimeoutMs?: number | undefined;
  /** Limit from sending a request, or a WebSocket upgrade, to the headers of its answer. @defaultValue 30_000 */
  readonly headersTimeoutMs?: number | undefined;
  /** Longest silence within the body of an answer. @defaultValue 30_000 */
  readonly bodyTimeoutMs?: number | undefined;
}

export interface NetOptions extends NetLimits {
  /**
   * The way to a proxy: `inherit` reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` from `environment`;
   * `none` connects directly; the URL of a proxy, `http://user:password@host:port` or `https://…`, takes every
   * connection, loopback included. @defaultValue "inherit"
   */
  readonly proxy?: string | undefined;
  /** What `inherit` inherits, usually `process.env`. Read once. @defaultValue nothing: direct connections */
  readonly environment?: Environment | undefined;
  /** PEM certificates of authorities to trust beside those of Node.js, such as a company's proxy that opens TLS. */
  readonly ca?: string | readonly string[] | undefined;
  /** Connects only over IPv4 or only over IPv6. @defaultValue "auto": both are tried */
  readonly ipFamily?: "auto" | 4 | 6 | undefined;
  /** Largest answer that is read. Bytes. @defaultValue 8_388_608 */
  readonly maxBodyBytes?: number | undefined;
}

type Limit = keyof NetLimits | "maxBodyBytes";

export interface ResolvedNetOptions extends Readonly<Record<Limit, number>> {
  readonly proxyFor: ProxyChoice;
  readonly secureContext: () => SecureContext | undefined;
  /** 0: both. */
  readonly ipFamily: 0 | 4 | 6;
}

const LIMITS: Readonly<Record<Limit, number>> = {
  timeoutMs: 10_000,
  connectTimeoutMs: 10_000,
  dnsTimeoutMs: 5_000,
  tcpTimeoutMs: 8_000,
  tlsTimeoutMs: 8_000,
  proxyTimeoutMs: 8_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  maxBodyBytes: 8 * 1024 * 1024,
};

function limitOf(options: NetOptions, name: Limit): number {
  const value = options[name];
  if (value === undefined) return LIMITS[name];
  if (Number.isInteger(value) && value > 0) return value;
  throw new ConfigError(`invalid net options: ${name} must be a positive whole number`);
}

function familyOf(family: NetOptions["ipFamily"] = "auto"): 0 | 4 | 6 {
  if (family === "auto") return 0;
  if (family === 4 || family === 6) return family;
  throw new ConfigError("invalid net options: ipFamily must be 'auto', 4 or 6");
}

/** @throws ConfigError when a value makes no sense. */
export function resolveNetOptions(options: NetOptions): ResolvedNetOptions {
  return {
    timeoutMs: limitOf(options, "timeoutMs"),
    connectTimeoutMs: limitOf(options, "connectTimeoutMs"),
    dnsTimeoutMs: limitOf(options, "dnsTimeoutMs"),
    tcpTimeoutMs: limitOf(options, "tcpTimeoutMs"),
    tlsTimeoutMs: limitOf(options, "tlsTimeoutMs"),
    proxyTimeoutMs: limitOf(options, "proxyTimeoutMs"),
    headersTimeoutMs: limitOf(options, "headersTimeoutMs"),
    bodyTimeoutMs: limitOf(options, "bodyTimeoutMs"),
    maxBodyBytes: limitOf(options, "maxBodyBytes"),
    proxyFor: chooseProxy(options.proxy ?? "inherit", options.environment ?? {}),
    secureContext: resolveTrust(options.ca),
    ipFamily: familyOf(options.ipFamily),
  };
}
