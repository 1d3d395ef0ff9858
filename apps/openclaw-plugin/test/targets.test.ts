import { expect, test } from "vitest";

import { formatTarget, parseTarget, readTarget, stripAllowPrefix } from "../src/targets.ts";

const CID = "cidAbC+/9xYz==";

test.each([
  ["user:Manager7675", { kind: "user", staffId: "Manager7675" }],
  ["dingtalk:user:Manager7675", { kind: "user", staffId: "Manager7675" }],
  ["Manager7675", { kind: "user", staffId: "Manager7675" }],
  ["dd:0123", { kind: "user", staffId: "0123" }],
  [`group:${CID}`, { kind: "group", conversationId: CID }],
  [`ding:group:${CID}`, { kind: "group", conversationId: CID }],
  [CID, { kind: "group", conversationId: CID }],
  [`ddingtalk:${CID}`, { kind: "group", conversationId: CID }],
])("reads %s, keeping the case of the id", (raw, target) => {
  const parsed = parseTarget(raw);
  expect(parsed).toEqual(target);
  expect(parsed && parseTarget(formatTarget(parsed))).toEqual(target);
});

test.each(["", "user:", "dingtalk:", "Zhang San", "user:$:LWCP_v1:$abc", "http://x"])(
  "refuses %j, where nothing can be sent",
  (raw) => {
    expect(parseTarget(raw)).toBeUndefined();
  },
);

test.each([
  ["user:小王", { name: "小王", among: "user" }],
  ["@小王", { name: "小王", among: "user" }],
  ["dingtalk:group:项目群", { name: "项目群", among: "group" }],
  ["#Ops room", { name: "Ops room", among: "group" }],
  ["Zhang San", { name: "Zhang San", among: undefined }],
  ["Alice", { name: "Alice", among: undefined, id: { kind: "user", staffId: "Alice" } }],
])("reads %s as a name, which only a look-up turns into a target", (raw, written) => {
  expect(readTarget(raw)).toEqual(written);
});

test.each(["dingtalk:Ab1", "dd:Ab1", "ding:user:Ab1", "ddingtalk:staff:Ab1", " user:Ab1 ", "Ab1"])(
  "takes the prefixes off the allowlist entry %j and keeps the id's case",
  (entry) => {
    expect(stripAllowPrefix(entry)).toBe("Ab1");
  },
);
