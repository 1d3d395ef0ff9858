import type { AccountSettings } from "@dingtalk-kit/config";
import { resolveAccount } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

import { directPolicy, groupGate } from "../src/group-gate.ts";

function settings(section: Readonly<Record<string, unknown>>): AccountSettings {
  const resolved = resolveAccount({ path: "channels.dingtalk", section, accountKey: undefined });
  if (resolved.settings === undefined) throw new Error(JSON.stringify(resolved.problems));
  return resolved.settings;
}

test("lets nobody in by default", () => {
  expect(groupGate(settings({}), "cidA")).toMatchObject({
    admitted: true,
    senderPolicy: "allowlist",
    senderAllowFrom: [],
    requireMention: true,
  });
});

test("lets everybody of a listed group in, and nobody of another [S2-65]", () => {
  const listed = settings({ groups: { cidA: {} } });
  expect(groupGate(listed, "cidA")).toMatchObject({ admitted: true, senderPolicy: "open" });
  expect(groupGate(listed, "cidB")).toMatchObject({ admitted: false, blockReason: "group_not_listed" });
  expect(groupGate(listed, "cida")).toMatchObject({ admitted: false });
});

test("narrows a listed group to its own people, else to groupAllowFrom", () => {
  const some = settings({ groups: { cidA: { allowFrom: ["p"] }, cidB: {} }, groupAllowFrom: ["q"] });
  expect(groupGate(some, "cidA")).toMatchObject({ senderPolicy: "allowlist", senderAllowFrom: ["p"] });
  expect(groupGate(some, "cidB")).toMatchObject({ senderPolicy: "allowlist", senderAllowFrom: ["q"] });
});

test("lets the people in groupAllowFrom use any group where none is listed", () => {
  expect(groupGate(settings({ groupAllowFrom: ["q"] }), "cidZ")).toMatchObject({
    admitted: true,
    senderPolicy: "allowlist",
    senderAllowFrom: ["q"],
  });
});

test("reads * as every group, and open as everybody [S2-64]", () => {
  const all = settings({ groups: { "*": { requireMention: false } } });
  expect(groupGate(all, "cidQ")).toMatchObject({ senderPolicy: "open", requireMention: false });
  expect(groupGate(settings({ groupPolicy: "open" }), "cidQ")).toMatchObject({ senderPolicy: "open" });
});

test("lets * say what a group's own entry does not, but that it is switched off", () => {
  const groups = {
    "*": { allowFrom: ["p"], requireMention: false, enabled: false },
    cidA: { requireMention: true },
    cidB: { allowFrom: ["q"] },
  };
  const some = settings({ groups });
  const people = { admitted: true, senderPolicy: "allowlist" };
  expect(groupGate(some, "cidA")).toMatchObject({ ...people, senderAllowFrom: ["p"], requireMention: true });
  expect(groupGate(some, "cidB")).toMatchObject({ ...people, senderAllowFrom: ["q"], requireMention: false });
  expect(groupGate(some, "cidC")).toMatchObject({ admitted: false, blockReason: "group_disabled" });
});

test("keeps a group out that is switched off, and all of them when groups are disabled", () => {
  const off = settings({ groupPolicy: "open", groups: { cidA: { enabled: false } } });
  expect(groupGate(off, "cidA")).toMatchObject({ admitted: false, blockReason: "group_disabled" });
  expect(groupGate(settings({ groupPolicy: "disabled" }), "cidA").senderPolicy).toBe("disabled");
});

test("leaves mentions unanswered when told so [S1-19]", () => {
  const silent = settings({ respond_to_mentions: false, groups: { "*": {} } });
  expect(groupGate(silent, "cidA", true)).toMatchObject({ admitted: false, blockReason: "mentions_off" });
  expect(groupGate(settings({ respond_to_mentions: true, groups: { "*": {} } }), "cidA", true)).toMatchObject(
    {
      admitted: true,
    },
  );
});

test("leaves 1:1 chats unanswered when told so [S1-20]", () => {
  expect(directPolicy(settings({ respond_to_private: false, dmPolicy: "pairing" }))).toBe("disabled");
  expect(directPolicy(settings({ respond_to_private: true, dmPolicy: "pairing" }))).toBe("pairing");
});

test("takes a group out of the list of people and lets nobody else in by it", () => {
  const listed = settings({ groupAllowFrom: ["cidAAAAAAAA=="] });
  expect(groupGate(listed, "cidAAAAAAAA==")).toMatchObject({ admitted: true, senderAllowFrom: ["*"] });
  expect(groupGate(listed, "cidBBBBBBBB==")).toMatchObject({ admitted: false });
  const mixed = settings({ groupAllowFrom: ["cidAAAAAAAA==", "user01"] });
  expect(groupGate(mixed, "cidAAAAAAAA==")).toMatchObject({
    senderPolicy: "allowlist",
    senderAllowFrom: ["user01"],
  });
});
