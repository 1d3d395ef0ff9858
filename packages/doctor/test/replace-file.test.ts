import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { requireWritable } from "../src/read-only.ts";
import { NotWrittenError, replaceFile } from "../src/replace-file.ts";
import { openHome } from "./home.ts";

const clock = createManualClock(Date.UTC(2026, 10, 21, 9, 30));

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test("keeps the mode, and the old text in a backup for its owner alone", async () => {
  await using home = await openHome();
  const path = await home.write("openclaw.json", "old");
  await chmod(path, 0o644);
  const backup = await replaceFile({ path, before: "old", after: "new" }, { clock });
  expect(backup).toBe(`${path}.dingtalk-backup-20261121T093000Z`);
  expect([await readFile(path, "utf8"), await modeOf(path)]).toEqual(["new", "644"]);
  expect([await readFile(String(backup), "utf8"), await modeOf(String(backup))]).toEqual(["old", "600"]);

  const second = await replaceFile({ path, before: "new", after: "newer" }, { clock });
  expect(second).toBe(`${backup}-2`);
  expect(await readFile(String(backup), "utf8")).toBe("old");
});

test("makes a file that was not there, for its owner alone", async () => {
  await using home = await openHome();
  const path = join(home.path, "openclaw.json");
  expect(await replaceFile({ path, before: undefined, after: "new" }, { clock })).toBeUndefined();
  expect(await modeOf(path)).toBe("600");
});

test("leaves a file alone that somebody else changed meanwhile", async () => {
  await using home = await openHome();
  const path = await home.write("openclaw.json", "old");
  await writeFile(path, "theirs");
  await expect(replaceFile({ path, before: "old", after: "new" }, { clock })).rejects.toThrow(
    /changed meanwhile, nothing was written\. Next: run the command again/,
  );
  await expect(replaceFile({ path, before: undefined, after: "new" }, { clock })).rejects.toThrow(
    NotWrittenError,
  );
  expect(await readFile(path, "utf8")).toBe("theirs");
  expect(await readdir(dirname(path))).toEqual([basename(path)]);
});

test("leaves nothing behind where it may not write", async () => {
  await using home = await openHome();
  const path = join(home.path, "gone", "openclaw.json");
  await expect(replaceFile({ path, before: undefined, after: "new" }, { clock })).rejects.toThrow(/ENOENT/);
});

test("respects a config that is made by other means", () => {
  expect(() => requireWritable({ OPENCLAW_NIX_MODE: "1" }, "/x")).toThrow(
    /read-only here \(OPENCLAW_NIX_MODE=1\)/,
  );
  expect(() => requireWritable({ OPENCLAW_CONFIG_READONLY: "0" }, "/x")).not.toThrow();
});
