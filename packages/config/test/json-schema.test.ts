import { ACCOUNT_KEYS, keyHints, lenientSectionSchema } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

test("describes every key in the schema and the hints", () => {
  const properties = Object.keys(Object(lenientSectionSchema()["properties"]));
  expect(properties).toEqual([...ACCOUNT_KEYS, "defaultAccount", "accounts"]);
  for (const key of ACCOUNT_KEYS) {
    expect(keyHints()[key]?.label).toBeTruthy();
    expect(keyHints()[`accounts.*.${key}`]?.help).toBeTruthy();
  }
  expect(keyHints()["accounts.*.clientSecret"]?.sensitive).toBe(true);
});

test("leaves every value to the account's own check", () => {
  const { messageType, maxReconnectDelay } = Object(lenientSectionSchema()["properties"]);
  expect(messageType.anyOf).toEqual([{ type: "string", enum: ["markdown", "card"] }, {}]);
  expect(maxReconnectDelay.anyOf[0]).toMatchObject({ minimum: 100, maximum: 3_600_000 });
});

test("describes inner keys in the hints, and marks what has no effect yet", () => {
  expect(keyHints()["groups.*.requireMention"]?.label).toBe("Mention needed");
  expect(keyHints()["accounts.*.retention.doneDays"]?.help).toContain("Days");
  expect(keyHints()["webhook.secret"]?.sensitive).toBe(true);
  expect(keyHints()["http"]?.help).toContain("Has no effect in this version.");
  expect(JSON.stringify(lenientSectionSchema())).not.toMatch(/"(?:notYet|advanced|allowed|help)"/);
});
