import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { PLUGIN_FOLDER } from "@dingtalk-kit/example-demo";

/** Packs the plugin as it would be published, or another one. @returns the tarball's path in `folder` */
export async function packPlugin(folder: string, plugin: string = PLUGIN_FOLDER): Promise<string> {
  await promisify(execFile)("pnpm", ["pack", "--pack-destination", folder], {
    cwd: plugin,
    shell: process.platform === "win32",
  });
  const [tarball] = globSync("*.tgz", { cwd: folder });
  if (tarball === undefined) throw new Error(`pnpm pack left no tarball in ${folder}`);
  return join(folder, tarball);
}
