import { mkdir, readdir, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { openHome } from "./home.ts";

const account = { clientId: "dingabcdefgh1234", clientSecret: "s3cret-of-the-app" };
const loose = `// Mine.
{
  channels: { dingtalk: { clientId: "dingabcdefgh1234", clientSecret: "s3cret-of-the-app" } }, // robot
}
`;

const backupsIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => name.includes(".dingtalk-backup-"));

test("shows the changes, writes them when told to, and has nothing to do the second time", async () => {
  await using home = await openHome();
  const path = await home.write(".openclaw/openclaw.json", loose);
  const shown = await home.run(["migrate"]);
  expect(shown.code).toBe(1);
  expect(shown.stdout).toContain(`read ${path} (default)`);
  expect(shown.stdout).toContain('+ plugins.entries.dingtalk: {"enabled":false}');
  expect(shown.stdout).toContain("Nothing was written.");
  expect(await home.read(".openclaw/openclaw.json")).toBe(loose);

  const applied = await home.run(["migrate", "--apply"]);
  expect(applied.code).toBe(0);
  expect(applied.stdout).toContain(`Written: ${path}`);
  const text = await home.read(".openclaw/openclaw.json");
  expect(text).toContain(loose.slice(0, loose.lastIndexOf("}")));
  expect(((await stat(path)).mode & 0o777).toString(8)).toBe("640");

  const again = await home.run(["migrate", "--apply"]);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("Nothing to write")]);
  expect(await home.read(".openclaw/openclaw.json")).toBe(text);
  expect(await backupsIn(dirname(path))).toHaveLength(1);
  expect(`${shown.stdout}${applied.stdout}${again.stdout}`).not.toContain(account.clientSecret);
});

test("puts a backup back byte for byte, and can take that back, too", async () => {
  await using home = await openHome();
  const path = await home.write(".openclaw/openclaw.json", loose);
  await home.run(["migrate", "--apply"]);
  const [backup = ""] = await backupsIn(dirname(path));
  const restored = await home.run(["migrate", "--restore", join(".openclaw", backup), "--json"]);
  expect(JSON.parse(restored.stdout)).toMatchObject({ path, written: true, exitCode: 0 });
  expect(await home.read(".openclaw/openclaw.json")).toBe(loose);
  expect(await backupsIn(dirname(path))).toHaveLength(2);
  const again = await home.run(["migrate", "--restore", join(".openclaw", backup)]);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining("Nothing to do")]);
});

test("reads config.json where openclaw.json has no DingTalk settings, and says so [S3-16]", async () => {
  await using home = await openHome();
  const old = await home.write(".openclaw/config.json", { channels: { dingtalk: account }, other: 1 });
  const path = join(home.path, ".openclaw/openclaw.json");
  const made = await home.run(["migrate", "--apply"]);
  expect(made.code).toBe(0);
  expect(made.stdout).toContain(`no config yet, it will be ${path}`);
  expect(made.stdout).toContain(`took DingTalk settings from ${old}`);
  expect(JSON.parse(await home.read(".openclaw/openclaw.json"))).toEqual({
    channels: { dingtalk: account },
    plugins: { entries: { dingtalk: { enabled: false } } },
  });
  expect((await home.run(["migrate"])).stdout).not.toContain("config.json (");

  await home.write(".openclaw/openclaw.json", { channels: { telegram: {} } });
  await home.run(["migrate", "--apply"]);
  expect(JSON.parse(await home.read(".openclaw/openclaw.json"))).toMatchObject({
    channels: { telegram: {}, dingtalk: account },
  });
});

test("finds settings that the host deleted in its own copies, and brings them back", async () => {
  await using home = await openHome();
  await home.write(".openclaw/openclaw.json", { channels: {} });
  const copy = await home.write(".openclaw/openclaw.json.bak.1", { channels: { dingtalk: account } });
  await home.write(".openclaw/openclaw.json.bak", { channels: {} });
  await home.write(".openclaw/openclaw.json.note", { channels: { dingtalk: account } });
  const shown = await home.run(["migrate"]);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain(`dingtalk-doctor migrate --from ${copy} --apply`);
  expect((await home.run(["migrate", "--from", copy, "--apply"])).code).toBe(0);
  expect(JSON.parse(await home.read(".openclaw/openclaw.json"))).toMatchObject({
    channels: { dingtalk: account },
  });
});

test("prints one object for programs, without a secret", async () => {
  await using home = await openHome();
  await home.write("my.json", { channels: { dingtalk: account } });
  const { code, stdout } = await home.run(["migrate", "--json"], { OPENCLAW_CONFIG_PATH: "~/my.json" });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    path: join(home.path, "my.json"),
    because: "OPENCLAW_CONFIG_PATH",
    written: false,
    backup: null,
    changes: [{ path: "plugins.entries.dingtalk", from: null }],
    exitCode: 1,
  });
  expect(stdout).not.toContain(account.clientSecret);
  const missing = await home.run(["migrate", "--json", "--config", "none.json"]);
  expect(JSON.parse(missing.stdout)).toMatchObject({
    exitCode: 2,
    error: expect.stringContaining("none.json"),
  });
});

test("writes the file behind a symbolic link", async () => {
  await using home = await openHome();
  const real = await home.write("dotfiles/openclaw.json", { channels: { dingtalk: account } });
  await mkdir(join(home.path, ".openclaw"));
  await symlink(real, home.config);
  expect((await home.run(["migrate", "--apply"])).stdout).toContain(`Written: ${real}`);
  expect(JSON.parse(await home.read("dotfiles/openclaw.json"))).toHaveProperty("plugins.entries.dingtalk");
});

test("writes nothing where the config is made by other means", async () => {
  await using home = await openHome();
  await home.write(".openclaw/openclaw.json", loose);
  const { code, stderr } = await home.run(["migrate", "--apply"], { OPENCLAW_NIX_MODE: "1" });
  expect([code, stderr]).toEqual([3, expect.stringContaining("OPENCLAW_NIX_MODE=1")]);
  expect(await home.read(".openclaw/openclaw.json")).toBe(loose);
});

test("--help lists every option and exit code, and ends with 0", async () => {
  await using home = await openHome();
  const { code, stdout } = await home.run(["migrate", "--help"]);
  expect(code).toBe(0);
  const options = ["--apply", "--config", "--from", "--restore", "--json"];
  for (const word of [...options, "Exit codes", "OPENCLAW_CONFIG_PATH"]) expect(stdout).toContain(word);
  expect(await home.run(["--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("migrate") });
  expect(await home.run([])).toMatchObject({ code: 2, stdout: expect.stringContaining("migrate") });
});

test.for([
  [["migrat"], "there is no command migrat"],
  [["migrate", "--aply"], "Unknown option '--aply'"],
  [["migrate", "--restore", "x", "--apply"], "--restore goes alone"],
  [["migrate"], "no config found; looked for"],
  [["migrate", "--config", "none.json"], "no config found; looked for"],
  [["migrate", "--config", "."], "no config found; looked for"],
  [["migrate", "--config", "broken.json"], "is not JSON5: mistake at line 1, column 3"],
  [["migrate", "--config", "list.json"], "holds no object"],
  [["migrate", "--config", "good.json", "--from", "none.json"], "none.json: it is not there"],
  [["migrate", "--restore", "broken.json"], "is not JSON5"],
] as const)("says in one sentence why it cannot go on, with exit code 2: %o", async ([args, message]) => {
  await using home = await openHome();
  await home.write("broken.json", "{ :");
  await home.write("list.json", "[]");
  await home.write("good.json", "{}");
  const { code, stderr } = await home.run(args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(2);
});
