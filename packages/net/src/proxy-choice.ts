import { ConfigError } from "@dingtalk-kit/protocol";

import type { DialTarget } from "./authority.ts";
import { isLoopback, parseNoProxy } from "./no-proxy.ts";
import { parseProxyUrl } from "./proxy-url.ts";
import type { ProxyServer } from "./proxy-url.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy on the way to a target, or undefined for none.
 *
 * @throws ConfigError when the variable that applies holds no usable URL. It may be meant for other programs, so this
 * is not found out before a connection needs it.
 */
export type ProxyChoice = (target: DialTarget) => ProxyServer | undefined;

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The first of these that is set and not blank. */
function read(environment: Environment, names: readonly string[]): Variable | undefined {
  for (const name of names) {
    const value = environment[name]?.trim() ?? "";
    if (value !== "") return { name, value };
  }
  return undefined;
}

/** Lower case goes first, as with curl. */
function readProxy(environment: Environment, scheme: "http" | "https"): Variable | undefined {
  const names = [`${scheme}_proxy`, "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  return read(environment, names);
}

function inherit(environment: Environment): ProxyChoice {
  const variables = { http: readProxy(environment, "http"), https: readProxy(environment, "https") };
  const direct = parseNoProxy(read(environment, ["no_proxy", "NO_PROXY"])?.value ?? "");
  return ({ host, port, secure }) => {
    const variable = secure ? variables.https : variables.http;
    if (variable === undefined || isLoopback(host, port) || direct(host, port)) return undefined;
    return parseProxyUrl(variable.value, `the environment variable ${variable.name}`);
  };
}

/**
 * @param proxy - `inherit`, `none`, or the URL of a proxy that everything goes through.
 * @throws ConfigError when it is none of these.
 */
export function chooseProxy(proxy: string, environment: Environment): ProxyChoice {
  if (proxy === "none") return () => undefined;
  if (proxy === "inherit") return inherit(environment);
  if (!proxy.includes("://")) {
    throw new ConfigError(
      "the option proxy must be 'inherit', 'none' or a URL: http://user:password@host:port",
    );
  }
  const server = parseProxyUrl(proxy, "the option proxy");
  return () => server;
}
