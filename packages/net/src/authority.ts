import net from "node:net";

/** Where a connection goes. */
export interface DialTarget {
  /** Name or IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** `host:port`, as errors and proxies want it: IPv6 in brackets. */
export function authorityOf({ host, port }: Pick<DialTarget, "host" | "port">): string {
  return net.isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The target of an `http:`, `https:`, `ws:` or `wss:` URL. */
export function targetOf(url: URL): DialTarget {
  const secure = url.protocol === "https:" || url.protocol === "wss:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port, secure };
}
