import type { OpenClawHome } from "@dingtalk-kit/example-demo";

/** Changes `channels.dingtalk` in the config file, as a user with an editor would. */
export async function editChannel(
  home: OpenClawHome,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  const config = await home.readConfig();
  const channels = Object(config["channels"]);
  await home.writeConfig({
    ...config,
    channels: { ...channels, dingtalk: { ...channels["dingtalk"], ...change } },
  });
}
