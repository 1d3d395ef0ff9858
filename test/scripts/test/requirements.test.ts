import { describe, expect, test } from "vitest";

import { checkRows } from "../../../scripts/checklist.ts";
import { findRowIds } from "../../../scripts/find-row-ids.ts";
import { requirements, rowsPerSeed } from "../../requirements.ts";
import { open, ruled, tested } from "../../requirements/row.ts";

/** Put together here, because a title with a row in it would count as a proof of that row. */
const named = (title: string, ...ids: string[]): string => `${title} [${ids.join(" ")}]`;

const find = (source: string): string[] => findRowIds("a.test.ts", source).map(({ id }) => id);

describe("the checklist", () => {
  test("has all 290 rows of the five seeds, each once", () => {
    expect(requirements).toHaveLength(290);
    const rows = requirements.map(
      ({ id, holds }) => ({ id, holds, state: { kind: "ruled", ruling: "-" } }) as const,
    );
    expect(checkRows(rows, rowsPerSeed, []).problems).toEqual([]);
  });

  test("gives a ruling for every row that is ruled", () => {
    const rulings = requirements.flatMap(({ state }) => (state.kind === "ruled" ? [state.ruling] : []));
    expect(rulings.every((ruling) => ruling.length > 20)).toBe(true);
  });
});

describe("checkRows", () => {
  const rows = [tested("S0-01", "a"), open("B", "S0-02", "b"), ruled("S0-03", "c", "d")];

  test("is content when tests name the tested rows and no others", () => {
    const findings = checkRows(rows, [3], [{ id: "S0-01", file: "a.test.ts", line: 1 }]);
    expect(findings.problems).toEqual([]);
    expect(findings.counts).toEqual({
      S0: { tested: 1, ruled: 1, open: 1 },
      total: { tested: 1, ruled: 1, open: 1 },
    });
    expect(findings.openByMilestone).toEqual({ B: 1 });
  });

  test("reports a tested row that no test names", () => {
    expect(checkRows(rows, [3], []).problems).toEqual(["S0-01 is called tested, but no test names it"]);
  });

  test("reports an open row that a test names, with the place", () => {
    const mentions = ["S0-01", "S0-02"].map((id) => ({ id, file: "a.test.ts", line: 7 }));
    const findings = checkRows(rows, [3], mentions);
    expect(findings.problems).toEqual(["S0-02 is called open, but a.test.ts:7 names it"]);
    expect(findings.provedButOpen).toEqual(["S0-02"]);
  });

  test("lets a test name a ruled row", () => {
    const mentions = ["S0-01", "S0-03"].map((id) => ({ id, file: "a.test.ts", line: 7 }));
    expect(checkRows(rows, [3], mentions).problems).toEqual([]);
  });

  test("reports an id that is no row", () => {
    const mentions = ["S0-01", "S9-99"].map((id) => ({ id, file: "a.test.ts", line: 7 }));
    expect(checkRows(rows, [3], mentions).problems).toEqual([
      "a.test.ts:7 names S9-99, which is no row of the checklist",
    ]);
  });

  test("reports missing, repeated and surplus rows", () => {
    const wrong = [ruled("S0-01", "a", "r"), ruled("S0-01", "a", "r"), ruled("S0-04", "a", "r")];
    expect(checkRows(wrong, [3], []).problems).toEqual([
      "S0-02 is missing",
      "S0-03 is missing",
      "S0-04 is no row of its seed",
      "S0-01 is there twice",
    ]);
  });
});

describe("findRowIds", () => {
  test("reads the titles of test, it and describe, also as templates", () => {
    const source = [
      `test("${named("a", "S0-01", "S1-02")}", () => {});`,
      `it.concurrent('${named("b", "S2-100")}', async () => {});`,
      `describe(\`${named("c", "S3-04")}\`, () => {});`,
    ].join("\n");
    expect(find(source)).toEqual(["S0-01", "S1-02", "S2-100", "S3-04"]);
  });

  test("says where it found them", () => {
    const source = `\n\ntest("${named("a", "S0-01")}", () => {});`;
    expect(findRowIds("a.test.ts", source)).toEqual([{ id: "S0-01", file: "a.test.ts", line: 3 }]);
  });

  test("reads titles and tables of each and for", () => {
    const source = `
      test.each([["${named("x", "S0-05")}", 1], [\`${named("y", "S0-06")}\`, 2]])("%s", () => {});
      test.for([1, 2])("${named("%i", "S0-07")}", () => {});
      describe.each\`a\${1}\`("${named("$a", "S0-08")}", () => {});`;
    expect(find(source)).toEqual(["S0-05", "S0-06", "S0-07", "S0-08"]);
  });

  test("finds tests inside of describe and of loops", () => {
    const source = `describe("a", () => { for (const x of [1]) test(\`\${x} ${named("b", "S0-09")}\`, () => {}); });`;
    expect(find(source)).toEqual(["S0-09"]);
  });

  test("does not take skipped tests, comments or other strings for proofs", () => {
    const source = `
      // test("${named("comment", "S0-10")}")
      test.skip("${named("a", "S0-11")}", () => {});
      test.todo("${named("b", "S0-12")}");
      describe.skip("c", () => { test("${named("d", "S0-13")}", () => {}); });
      test("e", () => { expect("${named("f", "S0-14")}").toBe("${named("g", "S0-15")}"); });
      other("${named("h", "S0-16")}");`;
    expect(find(source)).toEqual([]);
  });

  test("reads TypeScript", () => {
    expect(
      find(`const a: string = <const T,>(b: T): T => b; test("${named("a", "S0-17")}", () => {});`),
    ).toEqual(["S0-17"]);
  });
});
