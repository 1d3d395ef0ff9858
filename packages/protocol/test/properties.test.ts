import * as fc from "fast-check";
import { expect, test } from "vitest";

import { DecodeError } from "../src/errors.ts";
import { encodeAck, parseFrame } from "../src/frame.ts";
import { parseCardAction } from "../src/parse-card-action.ts";
import { parseEvent, parseHttpEvent } from "../src/parse-event.ts";
import { parseRobotMessage } from "../src/parse-robot-message.ts";
import { plainText } from "../src/plain-text.ts";
import { redactText } from "../src/redact-text.ts";
import { redact } from "../src/redact.ts";
import { fixtures, isWireObject } from "./fixture.ts";

const RUNS = { seed: 20_261_121, numRuns: 1000 };

const robotMessages = [...fixtures("robot-messages", "messages").values()];
const cardCallbacks = [...fixtures("card-callbacks", "callbacks").values()];
const frames = [...fixtures("frames", "frames").values()];

/** Any value, the strange ones included; often one that DingTalk uses. */
const strange = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    maxDepth: 3,
  }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom("", "{", "[", "{}", "[]", '{"text":1}', '{"richText":{}}', "null", 20001, -1, Number.NaN),
);

/** A real message of which some values, at any depth, are replaced or taken away. */
function mutated(originals: readonly object[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.nat(), strange), { minLength: 1, maxLength: 5 }),
    )
    .map(([original, changes]) =>
      changes.reduce<unknown>((value, [at, put]) => replaceAt(value, at, put), original),
    );
}

function replaceAt(value: unknown, at: number, put: unknown): unknown {
  if (Array.isArray(value) && value.length > 0) {
    const index = at % value.length;
    return value.map((item: unknown, place) => (place === index ? replaceAt(item, at >> 3, put) : item));
  }
  if (!isWireObject(value) || at % 7 === 0) return put;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(1, keys.length)];
  return key === undefined ? put : { ...value, [key]: replaceAt(value[key], at >> 3, put) };
}

function onlyDecodeErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    expect(error.message.length).toBeLessThan(200);
    expect((error.sample ?? "").length).toBeLessThan(400);
  }
}

const anyInput = (originals: readonly object[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    strange,
    fc.string(),
    fc.json(),
    mutated(originals),
    mutated(originals).map((value) => safeJson(value)),
  );

/** Some strange values have no JSON. */
function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "{";
  }
}

test("no input makes the robot message parser throw anything but DecodeError, and whatever it decodes has a text", () => {
  fc.assert(
    fc.property(anyInput(robotMessages), (input) => {
      onlyDecodeErrors(() => {
        const message = parseRobotMessage(input);
        expect(message.messageId).not.toBe("");
        expect(typeof plainText(message.content)).toBe("string");
      });
    }),
    { ...RUNS, numRuns: 3000 },
  );
});

test("no input makes the card callback parser throw anything but DecodeError", () => {
  fc.assert(
    fc.property(anyInput(cardCallbacks), (input) => {
      onlyDecodeErrors(() => parseCardAction(input));
    }),
    RUNS,
  );
});

test("no text makes the frame and event parsers throw anything but DecodeError", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    mutated(frames).map((value) => safeJson(value)),
    // A frame cut off anywhere.
    fc
      .tuple(fc.constantFrom(...frames), fc.nat(600))
      .map(([frame, end]) => JSON.stringify(frame).slice(0, end)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      onlyDecodeErrors(() => parseEvent(parseFrame(text)));
      onlyDecodeErrors(() => parseHttpEvent(text));
    }),
    { ...RUNS, numRuns: 3000 },
  );
});

test("a frame decodes to what was encoded, and its ack names it", () => {
  const frame = fc.record({
    type: fc.constantFrom("SYSTEM", "EVENT", "CALLBACK", "NEW"),
    headers: fc.record({
      topic: fc.string({ minLength: 1 }),
      messageId: fc.string(),
      time: fc.nat().map(String),
    }),
    data: fc.oneof(fc.string({ unit: "binary" }), fc.json()),
  });
  fc.assert(
    fc.property(frame, ({ type, headers, data }) => {
      const parsed = parseFrame(JSON.stringify({ specVersion: "1.0", type, headers, data }));
      expect(parsed).toMatchObject({ type, headers, data, topic: headers.topic, frameId: headers.messageId });
      const ack: unknown = JSON.parse(encodeAck(parsed, { data: parsed.data }));
      expect(ack).toMatchObject({ code: 200, headers: { messageId: headers.messageId }, data });
    }),
    RUNS,
  );
});

const secret = fc.stringMatching(/^Zq[\w~+/=.-]{14,60}Q$/);
const carriers: readonly ((secret: string) => unknown)[] = [
  (s) => ({ clientSecret: s }),
  (s) => ({ headers: { Authorization: `Bearer ${s}` } }),
  (s) => ({ token: [s, { inner: s }] }),
  (s) => `POST https://api.dingtalk.com/x?access_token=${s}&a=1 failed`,
  (s) => `wss://gateway/connect?ticket=${encodeURIComponent(s)}`,
  (s) =>
    new Error("outer", { cause: new Error(`https://oapi.dingtalk.com/robot/sendBySession?session=${s}`) }),
  (s) => JSON.stringify({ appSecret: s }),
  (s) => JSON.stringify({ body: JSON.stringify({ deeper: JSON.stringify({ accessToken: s }) }) }),
  (s) => ({ text: s, content: s, recognition: s }),
  (s) => ({ cardParamMap: { anything: s } }),
  (s) => ({ raw: { data: JSON.stringify({ text: { content: s } }) } }),
  (s) => `proxy http://user:${encodeURIComponent(s)}@proxy.example:8080`,
  (s) => `request failed: { clientSecret: '${s}', status: 401 }`,
];

test("redact never throws, and never lets a planted secret through", () => {
  fc.assert(
    fc.property(secret, fc.constantFrom(...carriers), strange, strange, (planted, carry, before, after) => {
      const value = [before, { before, carried: carry(planted), after }, after];
      const seen = JSON.stringify(redact(value));
      expect(seen).not.toContain(planted);
      expect(seen).not.toContain(encodeURIComponent(planted));
    }),
    { ...RUNS, numRuns: 2000 },
  );
});

test("redactText hides a planted secret whatever stands around it, and redacting twice changes nothing", () => {
  fc.assert(
    fc.property(
      secret,
      fc.constantFrom(...carriers),
      fc.string(),
      fc.string(),
      (planted, carry, before, after) => {
        const carried = carry(planted);
        fc.pre(typeof carried === "string");
        const once = redactText(`${before} ${carried} ${after}`);
        expect(once).not.toContain(planted);
        expect(redactText(once)).toBe(once);
      },
    ),
    RUNS,
  );
});

test("redact is bounded for any value", () => {
  fc.assert(
    fc.property(strange, (value) => {
      expect(() => JSON.stringify(redact({ value, again: value }))).not.toThrow();
    }),
    RUNS,
  );
});
