import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { workspaceRoot } from "../../../scripts/pack.ts";

interface PackageJson {
  name: string;
  private?: boolean;
  description?: string;
  license?: string;
  type?: string;
  engines?: { node?: string };
  repository?: { directory?: string };
  publishConfig?: { access?: string };
  scripts?: Record<string, string>;
}

function readPackageJson(path: string): PackageJson {
  const manifest: PackageJson = JSON.parse(readFileSync(join(workspaceRoot, path), "utf8"));
  return manifest;
}

const root = readPackageJson("package.json");
const folders = globSync("{packages,apps,examples,test}/*/package.json", { cwd: workspaceRoot }).map((path) =>
  dirname(path).replaceAll("\\", "/"),
);
const published = folders.filter((folder) => readPackageJson(`${folder}/package.json`).private !== true);

describe.each(folders.toSorted())("%s", (folder) => {
  const manifest = readPackageJson(`${folder}/package.json`);

  test("says what it is and what it runs on", () => {
    expect(manifest).toMatchObject({ license: "MIT", type: "module", engines: root.engines });
    expect(manifest.description).toMatch(/\w{3}/);
  });

  test("belongs to the workspace", () => {
    const workspace = readFileSync(join(workspaceRoot, "pnpm-workspace.yaml"), "utf8");
    const globs = [...workspace.matchAll(/^ {2}- (\S+)$/gm)].map(([, glob]) => glob);
    expect(globs.some((glob) => glob === folder || glob === `${dirname(folder)}/*`)).toBe(true);
  });
});

describe.each(published.toSorted())("%s, which is published,", (folder) => {
  const manifest = readPackageJson(`${folder}/package.json`);

  test("says where it comes from and is open to everybody", () => {
    expect(manifest).toMatchObject({
      repository: { directory: folder },
      publishConfig: { access: "public" },
    });
  });

  test("is checked as a package, with README and licence beside it", () => {
    expect(manifest.scripts).toHaveProperty("check:package");
    const licence = readFileSync(join(workspaceRoot, "LICENSE"), "utf8");
    expect(existsSync(join(workspaceRoot, folder, "README.md"))).toBe(true);
    expect(readFileSync(join(workspaceRoot, folder, "LICENSE"), "utf8")).toBe(licence);
  });

  test("has a version together with all the others", () => {
    const config: { fixed: string[][] } = JSON.parse(
      readFileSync(join(workspaceRoot, ".changeset/config.json"), "utf8"),
    );
    const [group = []] = config.fixed;
    expect(group.some((name) => name === manifest.name || name === manifest.name.replace(/\/.*/, "/*"))).toBe(
      true,
    );
  });
});
