import { expect, test } from "vitest";

import { readExample } from "../../../scripts/readme-example.ts";

const fence = "```";

test("takes the install command and the first ts program", () => {
  const readme = [
    "# a",
    `${fence}sh`,
    "npm install --save @scope/a b@2",
    fence,
    `${fence}ts`,
    'console.log("first");',
    fence,
    `${fence}ts`,
    'console.log("second");',
    fence,
  ].join("\n");
  expect(readExample(readme)).toEqual({
    packages: ["@scope/a", "b@2"],
    program: 'console.log("first");\n',
  });
});

test("finds nothing to run in a README without a ts program", () => {
  expect(readExample(`# a\n${fence}json\n{}\n${fence}\n`)).toEqual({ packages: [], program: undefined });
});
