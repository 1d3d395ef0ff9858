import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own, in memory, that is full very soon. Needs root. */
export function mountSmallDisk(
  bytes: number,
): Disposable & { readonly path: string; file(name: string): string; makeReadOnly(): void } {
  const path = mkdtempSync(join(tmpdir(), "dingtalk-store-disk-"));
  const run = (program: string, ...words: string[]): void =>
    void execFileSync(program, [...words, path], { stdio: "pipe" });
  try {
    run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "dingtalk-store");
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return {
    path,
    file: (name) => join(path, name),
    makeReadOnly: () => run("mount", "-o", "remount,ro"),
    [Symbol.dispose]() {
      run("umount");
      rmdirSync(path);
    },
  };
}
