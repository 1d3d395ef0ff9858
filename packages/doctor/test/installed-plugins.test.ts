import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { findInstalledPlugins } from "../src/installed-plugins.ts";
import { openHome } from "./home.ts";

test("finds DingTalk plugins from npm, in extensions and in load paths", async () => {
  await using home = await openHome();
  const plugin = (folder: string, id: string, channels: readonly string[], name?: string) =>
    Promise.all([
      home.write(`${folder}/openclaw.plugin.json`, { id, channels }),
      home.write(`${folder}/package.json`, { name }),
    ]);
  const modules = "state/npm/projects/p/node_modules";
  await plugin(`${modules}/openclaw-plugin-dingtalk`, "dingtalk", ["dingtalk"], "openclaw-plugin-dingtalk");
  await plugin(`${modules}/@largezhou/ddingtalk`, "ddingtalk", ["ddingtalk"], "@largezhou/ddingtalk");
  await plugin("state/npm/node_modules/chat", "feishu", ["feishu"]);
  await plugin("state/extensions/channels", "channels", ["feishu", "dingtalk"]);
  await plugin("linked/connector", "dingtalk-connector", ["dingtalk-connector"]);
  await plugin("linked/again", "dingtalk", ["dingtalk"]);
  await home.write("state/extensions/broken/openclaw.plugin.json", "{");

  const [manifest] = await plugin("linked/connector", "dingtalk-connector", ["dingtalk-connector"]);
  const paths = [join(dirname(manifest), "index.js"), join(home.path, "linked"), join(home.path, "gone"), 7];
  const found = findInstalledPlugins(join(home.path, "state"), { plugins: { load: { paths } } });
  expect(found.map(({ id, packageName }) => [id, packageName])).toEqual([
    ["channels", undefined],
    ["ddingtalk", "@largezhou/ddingtalk"],
    ["dingtalk", "openclaw-plugin-dingtalk"],
    ["dingtalk-connector", undefined],
  ]);
  expect(findInstalledPlugins(join(home.path, "nothing"), {})).toEqual([]);
});
