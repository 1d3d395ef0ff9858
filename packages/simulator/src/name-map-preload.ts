import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { env, nextTick } from "node:process";

/**
 * For `node --import`. Stands in for `/etc/hosts` and for port 443 of this machine: connections to the names in
 * `DINGTALK_SIMULATOR_HOSTS` (`api.dingtalk.com=127.0.0.1:8740,…`) go to the address given there, whatever their port.
 * TLS still checks the certificate against the real name.
 */
interface Mapping {
  readonly host: string;
  readonly port: number;
  /** What a look-up of the name says; connections to it are mapped as well. */
  readonly address: string;
}

const mappings = new Map<string, Mapping>();

for (const [index, entry] of (env["DINGTALK_SIMULATOR_HOSTS"] ?? "").split(",").entries()) {
  const [name = "", target = ""] = entry.split("=");
  const colon = target.lastIndexOf(":");
  const port = Number(target.slice(colon + 1));
  if (name === "" || !Number.isInteger(port)) continue;
  // One address for each name, so that a program that looks up first still ends at the right place.
  const host = target.slice(0, colon).replaceAll(/[[\]]/g, "");
  const mapping = { host, port, address: `127.83.0.${index + 1}` };
  mappings.set(name, mapping);
  mappings.set(mapping.address, mapping);
}

function mapOptions(options: unknown): unknown {
  if (typeof options !== "object" || options === null || !("host" in options)) return options;
  const mapping = mappings.get(String(options.host));
  return mapping === undefined ? options : { ...options, host: mapping.host, port: mapping.port };
}

/** The forms of `socket.connect`: `(port, host)`, `(options)`, and Node's own `([options, callback])`. */
function mapArguments(args: readonly unknown[]): readonly unknown[] {
  const [first, second, ...rest] = args;
  if (Array.isArray(first)) {
    // Node marks this array with a private symbol, which a copy would lose.
    first[0] = mapOptions(first[0]);
    return args;
  }
  const mapping = typeof second === "string" ? mappings.get(second) : undefined;
  return mapping === undefined
    ? [mapOptions(first), ...args.slice(1)]
    : [mapping.port, mapping.host, ...rest];
}

function lookupAnswer(address: string, options: unknown): readonly unknown[] {
  const wantsAll =
    typeof options === "object" && options !== null && "all" in options && options.all === true;
  return wantsAll ? [[{ address, family: 4 }]] : [address, 4];
}

/** Replaces one method of a built-in object; `replace` gets the original as a function. */
function patch(
  target: object,
  name: string,
  replace: (
    self: unknown,
    args: readonly unknown[],
    original: (args: readonly unknown[]) => unknown,
  ) => unknown,
): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== "function") throw new Error(`node has no ${name} to map host names in`);
  Reflect.set(target, name, function patched(this: unknown, ...args: unknown[]): unknown {
    return replace(this, args, (given) => Reflect.apply(original, this, given));
  });
}

patch(net.Socket.prototype, "connect", (_self, args, original) => original(mapArguments(args)));
patch(dns, "lookup", (_self, args, original) => {
  const mapping = mappings.get(String(args[0]));
  const callback = args.at(-1);
  if (mapping === undefined || typeof callback !== "function") return original(args);
  return nextTick(() => callback(null, ...lookupAnswer(mapping.address, args[1])));
});
patch(dns.promises, "lookup", (_self, args, original) => {
  const mapping = mappings.get(String(args[0]));
  if (mapping === undefined) return original(args);
  const [answer, family] = lookupAnswer(mapping.address, args[1]);
  return Promise.resolve(Array.isArray(answer) ? answer : { address: answer, family });
});
syncBuiltinESMExports();
