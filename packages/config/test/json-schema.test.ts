import {
  ACCOUNT_KEYS,
  findUnknownKeys,
  keyHints,
  keysTable,
  lenientSectionSchema,
} from "@dingtalk-kit/config";
import { expect, test } from "vitest";

test("describes every key in the schema, the hints and the table", () => {
  const properties = Object.keys(Object(lenientSectionSchema()["properties"]));
  expect(properties).toEqual([...ACCOUNT_KEYS, "defaultAccount", "accounts"]);
  for (const key of ACCOUNT_KEYS) {
    expect(keyHints()[key]?.label).toBeTruthy();
    expect(keyHints()[`accounts.*.${key}`]?.help).toBeTruthy();
    expect(keysTable()).toContain(`| \`${key}\` |`);
  }
  expect(keyHints()["accounts.*.clientSecret"]?.sensitive).toBe(true);
});

test("leaves every value to the account's own check", () => {
  const { messageType, maxReconnectDelay } = Object(lenientSectionSchema()["properties"]);
  expect(messageType.anyOf).toEqual([{ type: "string", enum: ["markdown", "card"] }, {}]);
  expect(maxReconnectDelay.anyOf[0]).toMatchObject({ minimum: 100, maximum: 3_600_000 });
});

test("lists unknown keys with their paths", () => {
  const section = {
    clientId: "x",
    agentId: 1,
    groups: { cidA: { enabled: true, tools: {}, prompt: "x" } },
    accounts: { a: { streaming: {}, nope: 1, groups: { "*": { allow: [] } } }, b: 3 },
    defaultAccount: "a",
  };
  expect(findUnknownKeys("channels.dingtalk", section, { account: ["streaming"], group: ["tools"] })).toEqual(
    [
      "channels.dingtalk.agentId",
      "channels.dingtalk.groups.cidA.prompt",
      "channels.dingtalk.accounts.a.nope",
      "channels.dingtalk.accounts.a.groups.*.allow",
    ],
  );
  expect(findUnknownKeys("channels.dingtalk", undefined)).toEqual([]);
});
