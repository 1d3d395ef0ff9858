import { expect, test } from "vitest";

import { ApiError } from "../src/errors.ts";
import { maskId } from "../src/mask-id.ts";
import { redactText } from "../src/redact-text.ts";
import { redact } from "../src/redact.ts";

test("shortens an id so that it can be recognised but not used", () => {
  expect(maskId("dingexampleappkey01")).toBe("ding...ey01");
  expect(maskId("dingabcdefgh1234")).toBe("ding...1234");
  expect(maskId("user01")).toBe("u...1");
  expect(maskId("abc")).toBe("...");
  expect(maskId("")).toBe("...");
});

test("hides what its key calls a secret, at every level and in every spelling", () => {
  expect(
    redact({
      clientSecret: "a",
      app_secret: "b",
      "x-acs-dingtalk-access-token": "c",
      nested: [{ accessToken: "d", ticket: "e", sign: "f", Authorization: "g", session: "h" }],
      downloadCode: "i",
      secretRef: { source: "env", id: "j" },
    }),
  ).toEqual({
    clientSecret: "[redacted]",
    app_secret: "[redacted]",
    "x-acs-dingtalk-access-token": "[redacted]",
    nested: [
      {
        accessToken: "[redacted]",
        ticket: "[redacted]",
        sign: "[redacted]",
        Authorization: "[redacted]",
        session: "[redacted]",
      },
    ],
    downloadCode: "[redacted]",
    secretRef: "[redacted]",
  });
});

test("keeps what a log needs: numbers, flags, endpoints, ordinary text", () => {
  const fields = {
    endpoint: "wss://wss-open-connection.dingtalk.com:443/connect",
    maxTokens: 4096,
    hasTicket: true,
    token: null,
    attempt: 3,
    message: "invalid token: expired",
    conversationId: "cidGroupAAAA==",
  };
  expect(redact(fields)).toEqual(fields);
});

test("shows only the length of what people and agents said", () => {
  expect(
    redact({
      content: { kind: "rich-text", parts: [{ text: "hello" }] },
      summary: ["A: hi"],
      cardParamMap: { msgContent: "an answer", flowStatus: "1" },
      recognition: "turn on",
    }),
  ).toEqual({
    content: { kind: "rich-text", parts: [{ text: "[5 characters]" }] },
    summary: ["[5 characters]"],
    cardParamMap: { msgContent: "[9 characters]", flowStatus: "[1 characters]" },
    recognition: "[7 characters]",
  });
});

test("shortens client ids and robot codes", () => {
  expect(redact({ clientId: "dingexampleappkey01", robotCode: "dingexampleappkey01" })).toEqual({
    clientId: "ding...ey01",
    robotCode: "ding...ey01",
  });
});

test("shows an error with its code and cause, without secrets and without its stack", () => {
  const cause = new Error("GET https://oapi.dingtalk.com/robot/send?access_token=0123abcd failed");
  const error = new ApiError("refused", { status: 403, platformCode: "Forbidden", cause });
  expect(redact(error)).toMatchObject({
    name: "ApiError",
    message: "refused",
    code: "DINGTALK_API",
    platformCode: "Forbidden",
    cause: { message: "GET https://oapi.dingtalk.com/robot/send?access_token=[redacted] failed" },
  });
  expect(JSON.stringify(redact(error))).not.toContain("redact.test");
});

test("cuts cycles, depth, width and length", () => {
  const circle: Record<string, unknown> = { name: "c" };
  circle["self"] = circle;
  expect(redact(circle)).toEqual({ name: "c", self: "[circular]" });
  let deep: unknown = "bottom";
  for (let level = 0; level < 50_000; level++) deep = [deep];
  expect(JSON.stringify(redact(deep))).toContain("[deeper]");
  expect(redact(Array.from({ length: 103 }, () => 0))).toHaveLength(101);
  expect(redact("x".repeat(2010))).toBe(`${"x".repeat(2000)}… (10 more characters)`);
  const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => "y".repeat(2000)));
  expect(JSON.stringify(redact(wide)).length).toBeLessThan(5_000_000);
});

test("the same object twice is no cycle", () => {
  const shared = { a: 1 };
  expect(redact([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
});

test("survives objects that refuse to be read", () => {
  const hostile = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  const getter = Object.defineProperty({}, "x", {
    enumerable: true,
    get() {
      throw new Error("no");
    },
  });
  expect(redact([hostile, getter])).toEqual(["[unreadable]", "[unreadable]"]);
});

test("shows maps, sets, dates, bytes and URLs", () => {
  expect(
    redact({
      map: new Map<unknown, unknown>([
        ["secret", "x"],
        [1, "y"],
      ]),
      set: new Set(["z"]),
      at: new Date(0),
      never: new Date(Number.NaN),
      bytes: Buffer.from("abc"),
      url: new URL("https://oapi.dingtalk.com/robot/sendBySession?session=0f3ac1"),
      big: 1n,
      run: () => 1,
    }),
  ).toEqual({
    map: { secret: "[redacted]", 1: "y" },
    set: ["z"],
    at: "1970-01-01T00:00:00.000Z",
    never: "[invalid date]",
    bytes: "[3 bytes]",
    url: "https://oapi.dingtalk.com/robot/sendBySession?session=[redacted]",
    big: "1n",
    run: "[function]",
  });
});

test.each([
  [
    "https://x/robot/send?access_token=0123abcd&timestamp=1",
    "https://x/robot/send?access_token=[redacted]&timestamp=1",
  ],
  ["wss://h:443/connect?ticket=3c9f-11ef", "wss://h:443/connect?ticket=[redacted]"],
  ["to=https%3A%2F%2Fx%3Faccess_token%3D0123abcd", "to=https%3A%2F%2Fx%3Faccess_token%3D[redacted]"],
  ['{"clientSecret":"s3cret","ua":"x"}', '{"clientSecret":"[redacted]","ua":"x"}'],
  [String.raw`{"d":"{\"appSecret\":\"s3cret\"}"}`, String.raw`{"d":"{\"appSecret\":\"[redacted]\"}"}`],
  ["{ clientSecret: 's3cret', code: 1 }", "{ clientSecret: '[redacted]', code: 1 }"],
  ['{"text":"my words"}', '{"text":"[redacted]"}'],
  ['cut off: {"accessToken":"0123', 'cut off: {"accessToken":"[redacted]'],
  ["Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"],
  ["x-acs-dingtalk-access-token: 0123456789abcdef01", "x-acs-dingtalk-access-token: [redacted]"],
  ["Cookie: a=1; b=2", "Cookie: [redacted]"],
  ["proxy http://user:pass@10.0.0.1:8080 refused", "proxy http://[redacted]@10.0.0.1:8080 refused"],
  [`secret SEC${"0a".repeat(32)} set`, "secret [redacted] set"],
  ["key sk-abcdefghijklmnop1234 refused", "key [redacted] refused"],
  ["from $:LWCP_v1:$ab+/c== in cid1", "from $:LWCP_v1:$[redacted] in cid1"],
  ["bad signature: timestamp too old", "bad signature: timestamp too old"],
])("redacts %s", (text, expected) => {
  expect(redactText(text)).toBe(expected);
  expect(redactText(expected)).toBe(expected);
});
