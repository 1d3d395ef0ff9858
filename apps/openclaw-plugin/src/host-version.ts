import { TESTED_HOST } from "./ids.ts";

const numbers = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? "").split(".").map(Number);

/** Compares OpenClaw's calendar versions (`2026.9.6`, `2026.10.0-beta.1`): negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** One line when the host is a version that nobody tried this plugin with; `undefined` when all is well. */
export function hostVersionWarning(version: string): string | undefined {
  const { from, to } = TESTED_HOST;
  if (compareVersions(version, from) >= 0 && compareVersions(version, to) <= 0) return undefined;
  return `OpenClaw ${version} is outside the range this DingTalk plugin was tested with (${from} to ${to}); if something misbehaves, install a plugin release for your OpenClaw`;
}
