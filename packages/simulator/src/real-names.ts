import type { SimulatorOptions } from "./options.ts";
import type { TestCa } from "./test-ca.ts";

/** The names that programs dial when nobody tells them otherwise. */
export const REAL_HOSTS: readonly string[] = [
  "api.dingtalk.com",
  "oapi.dingtalk.com",
  "wss-open-connection.dingtalk.com",
];

/** URL of a module for `node --import`: see {@link realNameEnvironment}. Needs `DINGTALK_SIMULATOR_HOSTS`. */
export const nameMapPreload: string = new URL(
  import.meta.url.endsWith(".ts") ? "./name-map-preload.ts" : "./name-map-preload.js",
  import.meta.url,
).href;

/** Options for a simulator that is reached under DingTalk's real names. */
export function realNameOptions(
  ca: Pick<TestCa, "tls">,
): Required<Pick<SimulatorOptions, "tls" | "websocketUrl" | "oapiUrl">> {
  return {
    tls: ca.tls,
    websocketUrl: "wss://wss-open-connection.dingtalk.com:443/connect",
    oapiUrl: "https://oapi.dingtalk.com",
  };
}

/**
 * Environment for a Node process that must take the simulator for DingTalk without knowing it: its host names lead to
 * loopback and its port 443 to the simulator's, as `/etc/hosts` and root rights would do, and it trusts the test CA.
 * Nothing else in that process changes.
 */
export function realNameEnvironment(
  simulator: { readonly url: string },
  ca: Pick<TestCa, "caFile">,
): Record<"NODE_EXTRA_CA_CERTS" | "NODE_OPTIONS" | "DINGTALK_SIMULATOR_HOSTS", string> {
  const { host } = new URL(simulator.url);
  return {
    NODE_EXTRA_CA_CERTS: ca.caFile,
    NODE_OPTIONS: `--import=${nameMapPreload}`,
    DINGTALK_SIMULATOR_HOSTS: REAL_HOSTS.map((name) => `${name}=${host}`).join(","),
  };
}
