import { findUnknownKeys } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

const path = "channels.dingtalk";
const unknown = (section: unknown, ...rest: readonly Parameters<typeof findUnknownKeys>[2][]): unknown[] =>
  findUnknownKeys(path, section, ...rest).map(({ path: where, suggestion }) => [where, suggestion]);

test("lists unknown keys with their paths", () => {
  const section = {
    clientId: "x",
    groups: { cidA: { enabled: true, tools: {}, promptly: "x" } },
    group_routing: { mention_only: true, weather: 1 },
    http: { path: "/x", eventCrypto: { salt: 1 } },
    accounts: { a: { streaming: {}, nope: 1, groups: { "*": { allow: [] } }, accounts: {} }, b: 3 },
    defaultAccount: "a",
  };
  expect(unknown(section)).toEqual([
    ["channels.dingtalk.groups.cidA.promptly", undefined],
    ["channels.dingtalk.group_routing.weather", undefined],
    ["channels.dingtalk.http.eventCrypto.salt", undefined],
    ["channels.dingtalk.accounts.a.nope", undefined],
    ["channels.dingtalk.accounts.a.groups.*.allow", undefined],
    ["channels.dingtalk.accounts.a.accounts", undefined],
  ]);
  expect(unknown(undefined)).toEqual([]);
});

test("leaves keys alone that the surrounding program reads", () => {
  const section = { extra: 1, groups: { "*": { more: 1 } } };
  expect(unknown(section, { account: ["extra"], group: ["more"] })).toEqual([]);
  expect(unknown(section)).toHaveLength(2);
});

test("looks inside of no map whose names are the user's", () => {
  expect(unknown({ keywordRoutes: { enabld: "a" }, groups: { enabld: {} } })).toEqual([]);
});

test.for([
  [{ client_id: "x" }, "clientId"],
  [{ clientid: "x" }, "clientId"],
  [{ clinetSecret: "x" }, "clientSecret"],
  [{ dmpolicy: "open" }, "dmPolicy"],
  [{ app_keyy: "x" }, "clientId"],
  [{ requireMentions: true }, "requireMention"],
  [{ groups: { cidA: { requiremention: true } } }, "requireMention"],
  [{ retention: { doneDay: 1 } }, "doneDays"],
  [{ acounts: {} }, "accounts"],
  [{ textChunkLimits: 1 }, "textChunkLimit"],
] as const)("suggests what %o was meant to be", ([section, meant]) => {
  expect(unknown(section)).toEqual([[expect.any(String), meant]]);
});

test("says what it found in one sentence", () => {
  expect(findUnknownKeys(path, { client_id: "x" })[0]?.message).toBe(
    "is not known and is ignored; did you mean clientId?",
  );
  expect(findUnknownKeys(path, { weather: "x" })[0]?.message).toBe("is not known and is ignored");
});
