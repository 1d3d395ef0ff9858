import { expect, test } from "vitest";

import { auditLog } from "../src/conformance/audit.ts";
import type { LogLine } from "../src/conformance/child-lines.ts";

/** "start a/0" → a line of the log. */
function log(...lines: readonly string[]): readonly LogLine[] {
  const kinds = ["start", "effect", "end", "finished"] as const;
  return lines.map((text) => {
    const [word, messageId = ""] = text.split(" ");
    const kind = kinds.find((known) => known === word);
    const [lane = "", index = ""] = messageId.split("/");
    return kind === undefined ? { kind: "boot" } : { kind, messageId, lane, index: Number(index) };
  });
}

const whole = (id: string): string[] => ["start", "effect", "end", "finished"].map((kind) => `${kind} ${id}`);

test("finds nothing in a run that went well, with a retry and a kill", () => {
  const lines = log("boot", "start a/0", "end a/0", ...whole("a/0"), "start a/1", "boot", ...whole("a/1"));
  expect(auditLog(lines)).toEqual({ doubled: 0, outOfOrder: 0, overlapping: 0, interrupted: 1 });
});

test.for([
  [
    "a turn after its message was finished",
    ["boot", ...whole("a/0"), "start a/0"],
    { doubled: 1, outOfOrder: 0, overlapping: 0 },
  ],
  [
    "an effect that happens twice",
    ["boot", "start a/0", "effect a/0", "boot", "start a/0", "effect a/0"],
    { doubled: 1, outOfOrder: 0, overlapping: 0 },
  ],
  [
    "a message that was skipped",
    ["boot", ...whole("a/0"), "start a/2"],
    { doubled: 0, outOfOrder: 1, overlapping: 0 },
  ],
  [
    "a message before the one it follows",
    ["boot", ...whole("a/0"), ...whole("a/1"), "start a/0"],
    { doubled: 0, outOfOrder: 1, overlapping: 0 },
  ],
  [
    "two turns of a lane at a time",
    ["boot", "start a/0", "start a/1"],
    { doubled: 0, outOfOrder: 0, overlapping: 1 },
  ],
] as const)("counts %s", ([, lines, expected]) => {
  expect(auditLog(log(...lines))).toMatchObject(expected);
});
