import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, test } from "vitest";

import { readManifest, temporaryFolder, workspaceRoot } from "../../../scripts/pack.ts";
import { apps, edges, packageName, rooms } from "./import-edges.ts";
import type { Room } from "./import-edges.ts";

interface Finding {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
}

/** Lints the files, given by their paths in a workspace, with the workspace's own configuration. */
function lint(files: Readonly<Record<string, string>>): Finding[] {
  using folder = temporaryFolder("edges");
  copyFileSync(join(workspaceRoot, ".oxlintrc.json"), join(folder.path, ".oxlintrc.json"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), content);
  }
  const oxlint = join(workspaceRoot, "node_modules/.bin/oxlint");
  const { stdout } = spawnSync(oxlint, ["--format=json"], { cwd: folder.path, encoding: "utf8" });
  const report: { diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[] } =
    JSON.parse(stdout);
  return report.diagnostics.map(({ code, filename, labels }) => ({
    rule: code,
    file: filename,
    line: labels[0]?.span.line ?? 0,
  }));
}

/** The modules of `imported`, one import a line, that the linter refuses in the folder. */
function refusedImports(folders: readonly string[], imported: readonly string[]): Record<string, string[]> {
  const source = imported.map((name) => `import ${JSON.stringify(name)};\n`).join("");
  const files = Object.fromEntries(folders.map((folder) => [`${folder}/src/a.ts`, source]));
  const findings = lint(files).filter(({ rule }) => rule.includes("no-restricted-imports"));
  const refused = Object.fromEntries(folders.map((folder): [string, string[]] => [folder, []]));
  for (const { file, line } of findings) refused[dirname(dirname(file))]?.push(imported[line - 1] ?? "?");
  return Object.fromEntries(Object.entries(refused).map(([folder, names]) => [folder, names.toSorted()]));
}

const everything = [...rooms.map(packageName), ...Object.values(apps), "openclaw", "zod"];

describe("the linter", () => {
  test("refuses every import that the rooms do not have", () => {
    const folders = rooms.map((room) => `packages/${room}`);
    const expected = rooms.map((room): [string, string[]] => {
      const allowed = new Set<string>([...edges[room].map(packageName), packageName(room), "zod"]);
      return [`packages/${room}`, everything.filter((name) => !allowed.has(name)).toSorted()];
    });
    expect(refusedImports(folders, everything)).toEqual(Object.fromEntries(expected));
  });

  test("refuses subpaths and detours through the file system as well", () => {
    const detours = ["@dingtalk-kit/api/x", "openclaw/plugin-sdk", "../../../packages/api/src/index.ts"];
    const { "packages/card": refused } = refusedImports(
      ["packages/card"],
      [...detours, "@dingtalk-kit/protocol"],
    );
    expect(refused).toEqual(detours.toSorted());
  });

  test.each([
    ["openclaw-plugin", "dingtalk-relay"],
    ["relay", "openclaw-plugin-dingtalk"],
  ])("refuses the simulator, the other app and child processes in %s", (app, otherApp) => {
    const imported = [...rooms.map(packageName), otherApp, "node:child_process", "child_process"];
    const { [`apps/${app}`]: refused } = refusedImports([`apps/${app}`], imported);
    expect(refused).toEqual(
      [otherApp, "child_process", "dingtalk-simulator", "node:child_process"].toSorted(),
    );
  });

  test("refuses clocks, chance, network and output that do not come through the ports", () => {
    const lines = [
      "export const a = Date.now();",
      "export const b = Math.random();",
      'export const c = fetch("http://127.0.0.1");',
      "export const d = setTimeout(String, 1);",
      'console.log("e");',
      "export const f = process.env;",
    ];
    const findings = lint({
      "packages/card/src/a.ts": lines.join("\n"),
      "packages/card/test/a.ts": lines.join("\n"),
    });
    const restricted = findings.filter(({ rule }) => /no-restricted-(globals|properties)/.test(rule));
    expect(restricted.filter(({ file }) => file.includes("/src/")).map(({ line }) => line)).toEqual(
      expect.arrayContaining(lines.map((_, index) => index + 1)),
    );
    expect(restricted.filter(({ file }) => file.includes("/test/"))).toEqual([]);
  });
});

describe.each(rooms.filter((room) => existsSync(join(workspaceRoot, "packages", room))))(
  "packages/%s",
  (room) => {
    const folder = join(workspaceRoot, "packages", room);

    test("has its edges as project references", () => {
      const { references = [] } = readProject(folder);
      expect(references.map(({ path }) => path.replace("../", "")).toSorted()).toEqual(presentEdges(room));
    });

    test("depends on no other package of ours", () => {
      const manifest = readManifest(folder);
      expect(manifest.name).toBe(packageName(room));
      const ours = Object.keys(manifest.dependencies ?? {}).filter(
        (name) => everything.includes(name) && name !== "zod",
      );
      const allowed = edges[room].map((neighbour) => packageName(neighbour));
      expect(ours.filter((name) => !allowed.includes(name))).toEqual([]);
    });

    test("is checked with its tests by the root project", () => {
      const paths = readProject(workspaceRoot).references?.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining([`packages/${room}`, `packages/${room}/test`]));
    });
  },
);

function presentEdges(room: Room): string[] {
  const present = edges[room].filter((neighbour) => existsSync(join(workspaceRoot, "packages", neighbour)));
  return [...present].toSorted();
}

/** What the tests read of a tsconfig.json. */
function readProject(folder: string): { references?: { path: string }[] } {
  const project: { references?: { path: string }[] } = JSON.parse(
    readFileSync(join(folder, "tsconfig.json"), "utf8"),
  );
  return project;
}
