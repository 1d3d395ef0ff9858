import * as fc from "fast-check";
import JSON5 from "json5";
import { expect, test } from "vitest";

import { parseConfig } from "../src/config-document.ts";
import { isRecord } from "../src/config-record.ts";
import { editConfig } from "../src/edit-config.ts";

const edit = (text: string, next: Readonly<Record<string, unknown>>): ReturnType<typeof editConfig> =>
  editConfig(parseConfig(text, "openclaw.json"), next);

const text = `// Written by hand.
{
  gateway: { mode: 'local', port: 18_789 }, // the usual port
  /* our robot */
  channels: {
    // sales
    dingtalk: { app_key: "a", secret: 's', }, // old names
    feishu: { appId: "x" },
  },
}
`.replace("18_789", "18789");

test("leaves every comment, quote and space of what does not change", () => {
  const edited = edit(text, {
    gateway: { mode: "local", port: 18_789 },
    channels: { dingtalk: { clientId: "a", secret: "s" }, feishu: { appId: "x" } },
  });
  expect(edited.text).toBe(text.replace(`app_key: "a", secret: 's',`, `secret: 's', "clientId": "a",`));
  expect(edited.lostComments).toBe(0);
});

test("takes a section out with the comment behind it, and counts that", () => {
  const edited = edit(text, { gateway: { mode: "local", port: 1 }, channels: { feishu: { appId: "x" } } });
  expect(edited.text).toBe(`// Written by hand.
{
  gateway: { mode: 'local', port: 1 }, // the usual port
  /* our robot */
  channels: {
    // sales
    feishu: { appId: "x" },
  },
}
`);
  expect(edited.lostComments).toBe(1);
});

test("leaves strict JSON strict: no comma too many, none missing", () => {
  const json = JSON.stringify({ a: 1, b: { c: [1] }, d: 2 }, undefined, 4);
  for (const next of [
    { a: 1 },
    { d: 2 },
    { b: {} },
    { a: 1, e: { f: 1 } },
    { a: 1, b: { x: 1 }, d: 2, e: 3 },
    {},
  ]) {
    expect(JSON.parse(edit(json, next).text)).toEqual(next);
  }
  expect(edit(json, { a: 1, d: 2, e: { f: 3 } }).text).toBe(
    JSON.stringify({ a: 1, d: 2, e: { f: 3 } }, undefined, 4),
  );
});

test("keeps the line ends of Windows", () => {
  const edited = edit('{\r\n  "a": 1 // one\r\n}\r\n', { a: 1, b: { c: 2 } });
  expect(edited.text).toBe('{\r\n  "a": 1, // one\r\n  "b": {\r\n    "c": 2\r\n  }\r\n}\r\n');
});

test("keeps what is no secret out of an error about broken text", () => {
  expect(() => parseConfig('{ clientSecret: "hunter2" oops }', "openclaw.json")).toThrow(
    /^openclaw\.json is not JSON5: mistake at line 1, column 27\. Next: mend it in an editor$/,
  );
  expect(() => parseConfig("", "openclaw.json")).toThrow("is not JSON5");
  expect(() => parseConfig("[1]", "openclaw.json")).toThrow("holds no object");
});

test("refuses to write what JSON cannot hold", () => {
  expect(() => edit("{ a: 1 }", { a: 1, b: Number.POSITIVE_INFINITY })).toThrow("without a loss");
});

/** Without quotes these are no names for our reader, which says so with the place; nobody calls a setting so. */
const UNREADABLE = /"(?:null|true|false|[^"]*[\u{10000}-\u{10ffff}][^"]*)":/u;

const anyObject = fc
  .dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue())
  .filter((value) => !UNREADABLE.test(JSON.stringify(value)))
  .map((value) => ({ ...Object(JSON.parse(JSON.stringify(value))) }));

test("reads what the host's JSON5 reader reads", () => {
  fc.assert(
    fc.property(anyObject, fc.constantFrom("'", '"'), fc.constantFrom(0, 2), (value, quote, space) => {
      const json5 = JSON5.stringify(value, { quote, space });
      expect(parseConfig(json5, "x").value).toEqual(JSON5.parse(json5));
    }),
    { numRuns: 200 },
  );
});

test("writes any change into any layout, so that the host reads exactly that", () => {
  fc.assert(
    fc.property(
      anyObject,
      anyObject,
      fc.boolean(),
      fc.constantFrom(undefined, 2, "\t"),
      (a, b, json, space) => {
        const shared = Object.fromEntries(Object.entries(a).filter((_, index) => index % 2 === 0));
        const next = { ...shared, ...b };
        const before = json
          ? JSON.stringify(a, undefined, space)
          : JSON5.stringify(a, { space: space ?? "" });
        const after: unknown = JSON5.parse(edit(before, next).text);
        expect(after).toEqual(next);
      },
    ),
    { numRuns: 300 },
  );
});

test("keeps the comments of all members that stay", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(names, names, fc.boolean(), (members, added, trailing) => {
      const lines = members.map((name, index) => {
        const comma = trailing || index < members.length - 1 ? "," : "";
        return `  // above ${name}.\n  ${name}: ${index}${comma} // beside ${name}.`;
      });
      const before = `{\n${lines.join("\n")}\n}\n`;
      const kept = members.filter((_, index) => index % 2 === 0);
      const next = Object.fromEntries([
        ...added.map((name) => [name, "new"]),
        ...kept.map((name) => [name, members.indexOf(name)]),
      ]);
      const edited = edit(before, next);
      const value: unknown = JSON5.parse(edited.text);
      expect(isRecord(value) && value).toEqual(next);
      for (const name of members) expect(edited.text).toContain(`above ${name}.`);
      for (const name of kept) expect(edited.text).toContain(`${name}: ${members.indexOf(name)}`);
      for (const name of kept)
        expect(edited.text).toMatch(new RegExp(`\\b${name}: \\d+,? // beside ${name}\\.\n`));
    }),
    { numRuns: 200 },
  );
});
