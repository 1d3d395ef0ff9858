import { ACCOUNT_KEYS, describeAccountKeys, findUnknownKeys } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

import { HOST_GROUP_KEYS, HOST_KEYS } from "../src/config-schema.ts";
import { SETUP_FIELDS } from "../src/setup-fields.ts";

test("knows every key that the host reads from a channel's section", () => {
  const section = Object.fromEntries(HOST_KEYS.map((key) => [key, "x"]));
  const groups = { "*": Object.fromEntries(HOST_GROUP_KEYS.map((key) => [key, "x"])) };
  expect(findUnknownKeys("channels.dingtalk", { ...section, groups })).toEqual([]);
});

test("asks in set-up for the keys that the list marks, in their form", () => {
  const marked = describeAccountKeys().filter(({ setup }) => setup);
  const fields = Object.entries(SETUP_FIELDS).filter(([key]) => ACCOUNT_KEYS.includes(key));
  expect(fields.map(([key]) => key).toSorted()).toEqual(marked.map(({ name }) => name).toSorted());
  for (const [name, field] of fields) {
    const key = marked.find((candidate) => candidate.name === name);
    expect([name, "sensitive" in field]).toEqual([name, key?.sensitive]);
    const choices = "choices" in field ? [...field.choices].toSorted() : undefined;
    const allowed: unknown = key?.schema["enum"];
    expect([name, choices]).toEqual([
      name,
      Array.isArray(allowed) ? allowed.map(String).toSorted() : undefined,
    ]);
    expect([name, field.kind === "string-list"]).toEqual([name, key?.schema["type"] === "array"]);
  }
});
