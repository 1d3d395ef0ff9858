import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { OpenClawHome } from "@dingtalk-kit/example-demo";

interface RivalPlugin {
  /** Manifest id. */
  readonly id: string;
  readonly channelId: string;
}

/**
 * Writes the smallest channel plugin that takes a Stream of its own, as another DingTalk plugin would: its one account
 * opens a connection for `clientId` of its section and keeps it until it is stopped.
 *
 * @returns the plugin's folder, somewhere below `folder`
 */
export async function writeRivalPlugin(folder: string, { id, channelId }: RivalPlugin): Promise<string> {
  const home = join(folder, `rival-${id}-${channelId}`);
  await mkdir(home, { recursive: true });
  const json = (name: string, value: object): Promise<void> =>
    writeFile(join(home, name), JSON.stringify(value));
  await json("package.json", {
    name: `rival-${id}`,
    version: "1.0.0",
    type: "module",
    openclaw: { extensions: ["./index.js"], channel: { id: channelId, label: "Rival", blurb: "Rival" } },
  });
  await json("openclaw.plugin.json", {
    id,
    channels: [channelId],
    configSchema: { type: "object", additionalProperties: false, properties: {} },
    channelConfigs: { [channelId]: { schema: { type: "object", additionalProperties: true } } },
  });
  await writeFile(join(home, "index.js"), sourceOf(id, channelId));
  return home;
}

/** Adds plugins to those that the config loads from folders, behind ours. */
export async function loadRivals(
  home: OpenClawHome,
  rivals: Readonly<Record<string, string>>,
): Promise<void> {
  const config = await home.readConfig();
  const plugins = Object(config["plugins"]);
  const ids = Object.values(rivals);
  await home.writeConfig({
    ...config,
    plugins: {
      allow: [...new Set([...plugins.allow, ...ids])],
      load: { paths: [...plugins.load.paths, ...Object.keys(rivals)] },
      entries: { ...plugins.entries, ...Object.fromEntries(ids.map((id) => [id, { enabled: true }])) },
    },
  });
}

const sourceOf = (id: string, channelId: string): string => `
const section = (cfg) => cfg.channels?.[${JSON.stringify(channelId)}] ?? {};
const plugin = {
  id: ${JSON.stringify(channelId)},
  meta: { id: ${JSON.stringify(channelId)}, label: "Rival", selectionLabel: "Rival", docsPath: "/rival", blurb: "Rival" },
  capabilities: { chatTypes: ["direct"] },
  config: {
    listAccountIds: () => ["default"],
    defaultAccountId: () => "default",
    resolveAccount: (cfg) => ({ accountId: "default", enabled: true, configured: true, ...section(cfg) }),
    isConfigured: () => true,
  },
  gateway: {
    async startAccount({ account, abortSignal, log }) {
      const { clientId, clientSecret, endpoints } = account;
      const subscriptions = [{ type: "CALLBACK", topic: "/v1.0/im/bot/messages/get" }];
      const answer = await fetch(endpoints.api + "/v1.0/gateway/connections/open", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ clientId, clientSecret, subscriptions }),
      });
      const { endpoint, ticket } = await answer.json();
      const socket = new WebSocket(endpoint + "?ticket=" + encodeURIComponent(ticket));
      socket.onopen = () => log?.info("rival " + ${JSON.stringify(id)} + " has the Stream");
      await new Promise((resolve) => abortSignal.addEventListener("abort", resolve, { once: true }));
      socket.close();
    },
  },
};
export default { id: ${JSON.stringify(id)}, name: "Rival", register: (api) => api.registerChannel({ plugin }) };
`;
