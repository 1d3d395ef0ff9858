import { resolveAccount } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

test.for([
  [
    { initialReconnectDelay: 5000, maxReconnectDelay: 1000 },
    "error initialReconnectDelay: found 5000, allowed: at most maxReconnectDelay (1000)",
  ],
  [
    { dmPolicy: "open" },
    'warning dmPolicy: found "open" without "*" in allowFrom: only the people in allowFrom can write; add "*" to let everybody in',
  ],
  [
    { dmPolicy: "allowlist" },
    'warning allowFrom: found an empty list with dmPolicy "allowlist": nobody can write in 1:1 chats; add staff ids or "*"',
  ],
  [
    { allowFrom: ["u", "cidAAAAAAAA=="] },
    "warning allowFrom: found a group (cid…) among people: it opens nothing; put it under groups",
  ],
  [
    { groupPolicy: "open", groupAllowFrom: ["u"] },
    'warning groupAllowFrom: is not asked, because groupPolicy "open" lets everybody in; set groupPolicy to "allowlist" for these people only',
  ],
  [
    { groupAllowFrom: ["cidAAAAAAAA==", "u"] },
    "warning groupAllowFrom: found a group (cid…) among people: read as listed under groups, for the people of this list, and opens no other group; write it there",
  ],
  [
    { groupAllowFrom: ["cidAAAAAAAA==", "cidBBBBBBBB=="] },
    "warning groupAllowFrom: found 2 groups (cid…) among people: read as listed under groups, for everybody in them, and opens no other group; write it there",
  ],
  [
    { ack: "card" },
    'warning ack: found "card", but answers are Markdown messages: nothing tells people there that a message was taken; set messageType to "card", or ack to "reaction"',
  ],
  [
    { ack: "card", messageType: "card", groupMessageType: "markdown" },
    'warning ack: found "card", but answers in groups are Markdown messages: nothing tells people there that a message was taken; set messageType to "card", or ack to "reaction"',
  ],
  [
    { ack: "card", groups: { cidOne: { messageType: "card" } } },
    'warning ack: found "card", but answers in 1:1 chats are Markdown messages: nothing tells people there that a message was taken; set messageType to "card", or ack to "reaction"',
  ],
  [{ ackText: "one moment" }, 'warning ackText: is not sent, because ack is "reaction"; set ack to "text"'],
  [
    { ack: "off", ackReaction: "👀" },
    'warning ackReaction: is not put on, because ack is "off"; set ack to "reaction"',
  ],
  [
    { cardAtSender: "done", messageType: "card", groups: { "*": { messageType: "markdown" } } },
    'warning cardAtSender: is not sent, because no group is answered by cards; set groupMessageType to "card"',
  ],
] as const)("names both sides of %o", ([section, expected]) => {
  const { settings, problems } = resolveAccount({ path: "x", section, accountKey: undefined });
  expect(problems.map(({ severity, path, message }) => `${severity} ${path.slice(2)}: ${message}`)).toEqual([
    expected,
  ]);
  expect(settings === undefined).toBe(expected.startsWith("error"));
});

test.for([
  { ack: "card", messageType: "card" },
  {
    ack: "card",
    messageType: "card",
    groupMessageType: "markdown",
    groups: { "*": { messageType: "card" } },
  },
  { ack: "text", ackText: "one moment" },
  { ack: "off", ackReaction: "" },
  { ackReaction: "👀" },
  { cardAtSender: "done", groupMessageType: "card" },
  { cardAtSender: "done", groups: { cidOne: { messageType: "card" } } },
] as const)("finds nothing wrong with %o", (section) => {
  expect(resolveAccount({ path: "x", section, accountKey: undefined }).problems).toEqual([]);
});

test("says where in the account a contradiction stands", () => {
  const section = { dmPolicy: "open", accounts: { a: { dmPolicy: "open" }, b: { allowFrom: ["*"] } } };
  const paths = (accountKey: string): readonly string[] =>
    resolveAccount({ path: "x", section, accountKey }).problems.map(({ path }) => path);
  expect(paths("a")).toEqual(["x.accounts.a.dmPolicy"]);
  expect(paths("b")).toEqual([]);
});
