import net from "node:net";
import { domainToASCII } from "node:url";

/** Whether a host and port are reached without a proxy. */
export type NoProxy = (host: string, port: number) => boolean;

interface Entry {
  readonly matches: (host: string) => boolean;
  /** Any port when undefined. */
  readonly port: number | undefined;
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = net.isIP(address);
  return version === 0 ? undefined : version === 4 ? "ipv4" : "ipv6";
}

function withoutBrackets(text: string): string {
  return text.replace(/^\[(.*)\]$/, "$1");
}

/** Compares by value: IPv6 has many spellings. */
function inRange(address: string, prefix?: number): ((host: string) => boolean) | undefined {
  const family = familyOf(address);
  if (family === undefined || (prefix ?? 0) > (family === "ipv4" ? 32 : 128)) return undefined;
  const list = new net.BlockList();
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, prefix, family);
  return (host) => {
    const own = familyOf(host);
    return own !== undefined && list.check(host, own);
  };
}

function nameMatcher(text: string): ((host: string) => boolean) | undefined {
  const name = domainToASCII(text.replace(/^\*?\./, "").replace(/\.$/, ""));
  if (name === "") return undefined;
  return (host) => host === name || host.endsWith(`.${name}`);
}

/** Undefined when the entry makes no sense: the variable is shared with other programs, so it is not an error. */
function parseEntry(text: string): Entry | undefined {
  const [, address = "", prefix = ""] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  if (prefix !== "") {
    const matches = inRange(withoutBrackets(address), Number(prefix));
    return matches && { matches, port: undefined };
  }
  const whole = inRange(withoutBrackets(text));
  if (whole !== undefined) return { matches: whole, port: undefined };
  const [, host = text, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const matches = inRange(withoutBrackets(host)) ?? nameMatcher(host);
  return matches && { matches, port: port === undefined ? undefined : Number(port) };
}

/**
 * Reads a `NO_PROXY` list: entries between commas or blanks, each a name (with all names below it, also written with a
 * leading `.` or `*.`), an IP address, a range in CIDR form, or `*` for every host. A `:port` limits names and
 * addresses to that port. Names are not resolved: a range matches only hosts that are written as addresses.
 */
export function parseNoProxy(list: string): NoProxy {
  const texts = list.split(/[\s,]+/).filter((text) => text !== "");
  if (texts.includes("*")) return () => true;
  const entries = texts.map(parseEntry).filter((entry) => entry !== undefined);
  return (host, port) => {
    const name = host.toLowerCase().replace(/\.$/, "");
    return entries.some((entry) => (entry.port ?? port) === port && entry.matches(name));
  };
}

/** This machine itself, by name or address. */
export const isLoopback: NoProxy = parseNoProxy("localhost,127.0.0.0/8,::1");
