import { planMigration, resolveAccount } from "@dingtalk-kit/config";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { VALUES } from "./fixtures/key-values.ts";
import { SPELLED } from "./fixtures/spelled.ts";

/** More by hand: `RUNS=5000 vitest run test/migration-properties.test.ts`. */
const RUNS = Number(process.env["RUNS"] ?? 250);

type Section = Readonly<Record<string, unknown>>;

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merge(below: Section, above: Section): Section {
  const entries = Object.entries(above).map(([key, value]): [string, unknown] => {
    const other = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isSection(other) && isSection(value) ? merge(other, value) : value];
  });
  return Object.fromEntries([...Object.entries(below), ...entries]);
}

const nested = (dotted: string, value: unknown): Section =>
  Object.fromEntries([
    dotted
      .split(".")
      .reduceRight<[string, unknown][]>(
        (inner, step) => [[step, inner.length === 0 ? value : Object.fromEntries(inner)]],
        [],
      )
      .at(0) ?? ["", value],
  ]);

const sectionOf = (written: readonly (readonly [dotted: string, value: unknown])[]): Section =>
  written.map(([dotted, value]) => nested(dotted, value)).reduce(merge, {});

/** Keys of ours and of others, with values that fit; unknown ones with any. */
const right = fc.constantFrom(
  ...Object.entries(VALUES),
  ...SPELLED.map(([theirs, value]) => [theirs, value] as const),
  ["groups.*.groupAllowFrom", ["user09"]] as const,
  ["groupSenderAllowFrom", ["user08"]] as const,
  ["groupSenderAllowFrom", []] as const,
  ["groupAllowFrom", ["cidGroupAAAA==", "user07"]] as const,
  ["groupAllowFrom", ["cidGroupAAAA==", "group:cidB"]] as const,
  ["groups.cidGroupAAAA==.requireMention", false] as const,
);
const wrong = fc.tuple(
  fc.constantFrom(...Object.keys(VALUES), ...SPELLED.map(([theirs]) => theirs), "weather", "gatewayToken"),
  fc.oneof(fc.string({ minLength: 4 }), fc.integer(), fc.boolean(), fc.array(fc.string({ minLength: 4 }))),
);

const account = (entry: fc.Arbitrary<readonly [string, unknown]>): fc.Arbitrary<Section> =>
  fc.array(entry, { maxLength: 12 }).map(sectionOf);

const section = (entry: fc.Arbitrary<readonly [string, unknown]>): fc.Arbitrary<Section> =>
  fc
    .tuple(
      account(entry),
      fc.dictionary(fc.constantFrom("a", "B", "default"), account(entry), { maxKeys: 3 }),
    )
    .map(([top, accounts]) => ({ ...top, ...(Object.keys(accounts).length > 0 && { accounts }) }));

const file = (entry: fc.Arbitrary<readonly [string, unknown]>): fc.Arbitrary<Section> =>
  fc
    .record(
      {
        dingtalk: section(entry),
        ddingtalk: section(entry),
        "dingtalk-connector": section(entry),
        "clawdbot-dingtalk": section(entry),
      },
      { requiredKeys: [] },
    )
    .map((channels) => ({
      channels,
      bindings: Object.keys(channels).map((channel) => ({ agentId: `for-${channel}`, match: { channel } })),
    }));

const mixed = fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: wrong });

/** Every text of a value: leaves, and the names of the keys they are under. */
function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

const everything = (value: unknown): string => JSON.stringify(value);

/** Words that are called otherwise here; the plan shows each of them. */
const TRANSLATED: ReadonlySet<string> = new Set([
  "webhook",
  "websocket",
  "aicard",
  "off",
  "open",
  "https://dt.corp/v1.0/gateway/connections/open",
  "ddingtalk",
  "dingtalk-connector",
  "clawdbot-dingtalk",
]);

test("loses no text of any file", () => {
  fc.assert(
    fc.property(file(mixed), (config) => {
      const after = everything(planMigration(config).next);
      for (const text of texts(config)) {
        if (TRANSLATED.has(text)) continue;
        const kept = text.replace(/^(?:group|chat):/, "");
        expect(after).toContain(JSON.stringify(kept).slice(1, -1));
      }
    }),
    { numRuns: RUNS },
  );
});

test("has nothing to do a second time", () => {
  fc.assert(
    fc.property(file(mixed), (config) => {
      const { next } = planMigration(config);
      const again = planMigration(next);
      expect(again.changes).toEqual([]);
      expect(again.next).toEqual(next);
    }),
    { numRuns: RUNS },
  );
});

test("shows no secret in its changes and warnings", () => {
  const secretKeys = [
    "clientSecret",
    "app_secret",
    "appSecret",
    "credentials.clientSecret",
    "http.token",
    "http.signSecret",
    "http.eventCrypto.aesKey",
    "gatewayToken",
    "gatewayPassword",
  ];
  const secrets = fc
    .tuple(fc.constantFrom(...secretKeys), fc.integer({ min: 0 }))
    .map(([key, number]) => [key, `hush-${number}-hush`] as const);
  const robot = fc.constant([
    "webhookUrl",
    "https://oapi.dingtalk.com/robot/send?access_token=hush-robot-hush",
  ] as const);
  const proxy = fc.constant(["proxy", "http://me:hush-proxy-hush@proxy.corp:1"] as const);
  const entry = fc.oneof(mixed, secrets, robot, proxy, fc.constant(["clientSecret", 4242424242] as const));
  fc.assert(
    fc.property(file(entry), (config) => {
      const { changes, warnings } = planMigration(config);
      expect(everything({ changes, warnings })).not.toMatch(/hush-|4242424242/);
    }),
    { numRuns: RUNS },
  );
});

/** What is not ours to keep the same: `open` becomes what it meant where it was written. */
const opens = (value: Section): boolean =>
  [value, ...Object.values(isSection(value["accounts"]) ? value["accounts"] : {})].some(
    (one) =>
      isSection(one) &&
      ["dmPolicy", "pmPolicy", "pmpolicy", "groupPolicy"].some((key) => one[key] === "open"),
  );

test("reads the same settings before and after, unless something was open", () => {
  const path = "channels.dingtalk";
  fc.assert(
    fc.property(
      section(right).filter((value) => !opens(value)),
      (before) => {
        const after = Reflect.get(
          Object(planMigration({ channels: { dingtalk: before } }).next["channels"]),
          "dingtalk",
        );
        const accounts = isSection(before["accounts"]) ? Object.keys(before["accounts"]) : [];
        for (const accountKey of [undefined, ...accounts]) {
          const settings = (one: unknown): unknown =>
            resolveAccount({ path, section: one, accountKey }).settings;
          expect(settings(after ?? {})).toEqual(settings(before));
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test("throws at nothing that a file can hold", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.jsonValue(),
      fc.constantFrom("dingtalk", "ddingtalk", "__proto__"),
      (a, b, id) => {
        planMigration(a);
        const channels: unknown = JSON.parse(
          `{${JSON.stringify(id)}:${JSON.stringify(b)},"dingtalk-connector":${JSON.stringify(a)}}`,
        );
        planMigration({ channels, bindings: b, plugins: a, commands: b });
        resolveAccount({ path: "x", section: b, accountKey: undefined });
      },
    ),
    { numRuns: RUNS },
  );
});
