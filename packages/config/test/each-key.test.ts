import { describeAccountKeys, resolveAccount } from "@dingtalk-kit/config";
import type { AccountKey } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

import { VALUES } from "./fixtures/key-values.ts";

/** Keys without inner ones, by path. */
function leaves(keys: readonly AccountKey[], before = ""): readonly string[] {
  return keys.flatMap(({ name, fields, schema }) => {
    const inner = schema["properties"] === undefined ? `${before}${name}.*.` : `${before}${name}.`;
    return fields.length === 0 ? [`${before}${name}`] : leaves(fields, inner);
  });
}

const GROUP = "cidexample";

const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight((inner, step) => ({ [step]: inner }), value);

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), value);

test("has an example for every key", () => {
  expect(Object.keys(VALUES).toSorted()).toEqual([...leaves(describeAccountKeys())].toSorted());
});

test.for(Object.entries(VALUES))("reads %s, at the top and in an account", ([key, value]) => {
  const path = key.split(".").map((step) => (step === "*" ? GROUP : step));
  const section = nested(path, value);
  const read = (source: unknown, accountKey?: string): unknown => {
    const { settings, problems } = resolveAccount({ path: "channels.dingtalk", section: source, accountKey });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    return at(settings, path);
  };
  expect(read({})).not.toEqual(value);
  expect(read(section)).toEqual(value);
  expect(read({ accounts: { a: section, b: {} } }, "a")).toEqual(value);
  expect(read({ accounts: { a: section, b: {} } }, "b")).not.toEqual(value);
});

test.for(Object.keys(VALUES))("names %s when its value has the wrong type", (key) => {
  const path = key.split(".").map((step) => (step === "*" ? GROUP : step));
  const wrong = key === "clientSecret" || key.endsWith("ecret") ? 7 : { no: 5 };
  const section = { accounts: { bad: nested(path, wrong), good: { clientId: "x", clientSecret: "y" } } };
  const resolve = (accountKey: string): ReturnType<typeof resolveAccount> =>
    resolveAccount({ path: "channels.dingtalk", section, accountKey });
  const errors = resolve("bad").problems.filter(({ severity }) => severity === "error");
  expect(errors[0]?.path).toContain(`channels.dingtalk.accounts.bad.${path.join(".")}`);
  expect(errors[0]?.message).toMatch(/^found .+, allowed: .+/);
  expect(resolve("bad").settings).toBeUndefined();
  expect(resolve("good").settings?.clientId).toBe("x");
});

test("gives the defaults of the settings that keep messages", () => {
  const { settings } = resolveAccount({ path: "channels.dingtalk", section: {}, accountKey: undefined });
  expect(settings).toMatchObject({
    turnTimeoutMs: 600_000,
    maxConcurrentTurns: 8,
    maxQueuedPerConversation: 100,
    repeatUncertain: true,
    retention: { doneDays: 7, deadDays: 30, textDays: 7 },
  });
});
