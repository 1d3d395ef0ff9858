import * as fc from "fast-check";
import { expect, test } from "vitest";

import { firstSteps } from "../src/first-steps.ts";
import type { InstalledPlugin } from "../src/installed-plugins.ts";
import { planRepair } from "../src/plan-repair.ts";
import { takeSections } from "../src/take-sections.ts";

const account = { clientId: "dingabcdefgh1234", clientSecret: "s3cret-of-the-app" };
const ours = { id: "dingtalk", packageName: "openclaw-plugin-dingtalk", channels: ["dingtalk"] };
const namesake = { id: "dingtalk", packageName: "@soimy/dingtalk", channels: ["dingtalk"] };
const bundle = {
  id: "channels",
  packageName: "@openclaw-china/channels",
  channels: ["dingtalk", "feishu", "wecom"],
};
const connector = {
  id: "dingtalk-connector",
  packageName: "@dingtalk-real-ai/dingtalk-connector",
  channels: ["dingtalk-connector"],
};

const entriesOf = (config: object, installed: readonly InstalledPlugin[] = []): unknown => {
  const { next } = planRepair({ ...config }, installed);
  return Object(next["plugins"])["entries"];
};

test("marks settings without a plugin, so that the host neither refuses nor deletes them", () => {
  const config = { channels: { dingtalk: account, telegram: {} } };
  expect(entriesOf(config)).toEqual({ dingtalk: { enabled: false } });
  const [change] = planRepair(config, []).changes.filter(({ path }) => path.startsWith("plugins."));
  expect(change).toMatchObject({
    path: "plugins.entries.dingtalk",
    from: undefined,
    to: '{"enabled":false}',
  });

  const kept = { plugins: { allow: ["telegram"], entries: { telegram: { enabled: true } } } };
  expect(planRepair({ ...config, ...kept }, []).next["plugins"]).toEqual({
    allow: ["telegram"],
    entries: { telegram: { enabled: true }, dingtalk: { enabled: false } },
  });
});

test("marks nothing whose plugin is here or is named in the config", () => {
  const config = { channels: { dingtalk: account } };
  expect(entriesOf(config, [ours])).toBeUndefined();
  expect(entriesOf(config, [bundle])).toBeUndefined();
  const entries = { dingtalk: { enabled: true } };
  expect(entriesOf({ ...config, plugins: { entries } })).toBe(entries);
  expect(entriesOf({ channels: { telegram: {} } })).toBeUndefined();
});

test("says when the host's doctor would delete settings", () => {
  const config = { channels: { dingtalk: account }, plugins: { entries: { dingtalk: { enabled: true } } } };
  const warned = (installed: readonly InstalledPlugin[]) =>
    planRepair(config, installed).warnings.filter(({ message }) => message.includes("doctor --fix"));
  expect(warned([])).toMatchObject([
    {
      path: "channels.dingtalk",
      message: expect.stringMatching(/would delete these settings.*plugins install openclaw-plugin-dingtalk/),
    },
  ]);
  expect(warned([ours])).toEqual([]);
});

test("marks left-over settings of others whatever the config says of their plugins", () => {
  const ddingtalk = { ...account, botName: "x" };
  const entries = { ddingtalk: { enabled: true, config: { token: "hidden" } } };
  const plan = planRepair(
    { channels: { ddingtalk }, plugins: { allow: ["ddingtalk", "telegram"], entries } },
    [],
  );
  expect(plan.next).toMatchObject({
    channels: { ddingtalk: { botName: "x" }, dingtalk: account },
    plugins: {
      allow: ["telegram"],
      entries: { ddingtalk: { enabled: false, config: { token: "hidden" } }, dingtalk: { enabled: false } },
    },
  });
  expect(plan.changes).toContainEqual(
    expect.objectContaining({
      path: "plugins.entries.ddingtalk",
      from: '{"enabled":true}',
      to: '{"enabled":false}',
    }),
  );
  // An empty list would allow every plugin: the last entry stays, and the consequence is said.
  const last = planRepair({ channels: { ddingtalk }, plugins: { allow: ["ddingtalk"], entries } }, []);
  expect(last.next).toMatchObject({ plugins: { allow: ["ddingtalk"] } });
  expect(last.warnings).toContainEqual({
    path: "channels.ddingtalk",
    message: expect.stringContaining('in the place of "ddingtalk" in plugins.allow'),
  });
});

test("puts our plugin on the list of allowed ones only where it is installed", () => {
  const config = { channels: { ddingtalk: account }, plugins: { allow: ["ddingtalk"] } };
  expect(planRepair(config, [ours]).next).toMatchObject({ plugins: { allow: ["ddingtalk", "dingtalk"] } });
  const absent = planRepair(config, []);
  expect(absent.next).toMatchObject({
    plugins: { allow: ["ddingtalk"], entries: { dingtalk: { enabled: false } } },
  });
  expect(absent.changes.map(({ path }) => path)).not.toContain("plugins.allow");
});

test("leaves files that are put together from others to their owner, and says so", () => {
  const included = { $include: "./plugins.json5" };
  const plan = planRepair({ channels: { dingtalk: account }, plugins: included }, []);
  expect(plan.next["plugins"]).toBe(included);
  expect(plan.warnings).toContainEqual({
    path: "plugins",
    message: expect.stringContaining("set plugins.entries.dingtalk.enabled to false there"),
  });
  const channels = { $include: "./channels.json5" };
  expect(planRepair({ channels }, [])).toMatchObject({
    next: { channels },
    changes: [],
    warnings: [{ path: "channels", message: expect.stringContaining("$include") }],
  });
});

test("names what stays and why", () => {
  const reference = { source: "env", provider: "default", id: "DINGTALK_CLIENT_SECRET" };
  const dingtalk = {
    clientId: "${ID}",
    clientSecret: reference,
    accounts: { two: { robotCode: "dingtwo" } },
  };
  const { kept } = planRepair({ channels: { dingtalk } }, [ours]);
  expect(kept).toEqual([
    { path: "channels.dingtalk.clientId", why: expect.stringContaining("environment") },
    { path: "channels.dingtalk.clientSecret", why: expect.stringContaining("reference") },
    { path: "channels.dingtalk.accounts.two.robotCode", why: "right as it is" },
  ]);
  // What nobody reads is spoken of once, in a warning.
  const odd = planRepair({ channels: { dingtalk: { weird: 1 } } }, [ours]);
  expect([odd.kept, odd.warnings.map(({ path }) => path)]).toEqual([[], ["channels.dingtalk.weird"]]);
});

test("names every other DingTalk plugin, and whose app is used twice, without spelling the id", () => {
  const config = {
    channels: { dingtalk: { accounts: { a: account } }, "dingtalk-connector": { app_key: 4711 } },
    plugins: { entries: { "clawdbot-dingtalk": { enabled: true }, ddingtalk: { enabled: false } } },
  };
  const rivals = planRepair(config, [ours, bundle, connector]).rivals;
  expect(rivals.map(({ path }) => path)).toEqual([
    "plugins.entries.channels",
    "plugins.entries.dingtalk-connector",
    "plugins.entries.clawdbot-dingtalk",
  ]);
  expect(rivals[0]?.message).toMatch(/@openclaw-china\/channels, which claims the channel dingtalk as well/);
  expect(rivals[1]?.message).toContain("`openclaw plugins disable dingtalk-connector`");
});

test("takes settings from another file only where there are none", () => {
  const other = { channels: { dingtalk: { clientId: "theirs" }, ddingtalk: account } };
  const taken = takeSections({ channels: { dingtalk: account } }, other, "openclaw.json.bak");
  expect(taken.config).toEqual({ channels: { dingtalk: account, ddingtalk: account } });
  expect(taken.changes).toEqual([
    {
      path: "channels.ddingtalk",
      from: undefined,
      to: "{ clientId, clientSecret }",
      why: "taken from openclaw.json.bak",
    },
  ]);
  expect(taken.warnings).toMatchObject([{ path: "channels.dingtalk" }]);
});

const steps = (next: object, installed: readonly InstalledPlugin[], pending = false): readonly string[] =>
  firstSteps({ next: { ...next }, installed, pending });

test("orders the steps so that none of them loses a setting", () => {
  const marked = { channels: { dingtalk: account }, plugins: { entries: { dingtalk: { enabled: false } } } };
  expect(steps(marked, [], true)).toEqual([
    expect.stringContaining("migrate --apply"),
    "`openclaw plugins install openclaw-plugin-dingtalk`",
    "`openclaw plugins enable dingtalk`",
    expect.stringMatching(/^only then .*doctor --fix/),
  ]);
  expect(steps({ channels: { dingtalk: account } }, [ours])).toEqual([]);
  expect(steps({ channels: {} }, [])).toEqual([]);

  const [replace] = steps({ channels: { dingtalk: account } }, [namesake]);
  expect(replace).toMatch(
    /install openclaw-plugin-dingtalk --force.*place of @soimy\/dingtalk.*Do not uninstall/,
  );
  const [disable] = steps({ channels: { dingtalk: account } }, [ours, bundle]);
  expect(disable).toMatch(
    /plugins disable channels`; not `openclaw plugins uninstall channels`.*channels\.dingtalk/,
  );
  const [free] = steps({ channels: { dingtalk: account } }, [ours, connector]);
  expect(free).toBe("`openclaw plugins disable dingtalk-connector`");
});

const section = fc.record(
  {
    enabled: fc.boolean(),
    clientId: fc.constantFrom("dingaaaaaaaa0001", "dingbbbbbbbb0002", 4711),
    app_secret: fc.constantFrom("secret-one", "secret-two", "${SECRET}"),
    clientSecret: fc.constantFrom("secret-three", "secret-four"),
    dmPolicy: fc.constantFrom("open", "pairing", "allowlist", "everybody"),
    gatewayToken: fc.constant("secret-five"),
    accounts: fc.dictionary(
      fc.constantFrom("a", "b", "default"),
      fc.record({ clientSecret: fc.constant("secret-six") }),
    ),
  },
  { requiredKeys: [] },
);
const anyConfig = fc.record(
  {
    channels: fc.dictionary(
      fc.constantFrom("dingtalk", "ddingtalk", "dingtalk-connector", "clawdbot-dingtalk", "x"),
      section,
    ),
    plugins: fc.record(
      {
        allow: fc.subarray(["dingtalk", "ddingtalk", "x"]),
        entries: fc.dictionary(
          fc.constantFrom("dingtalk", "ddingtalk"),
          fc.record({ enabled: fc.boolean() }),
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const secretsIn = (value: unknown): readonly string[] => [
  ...new Set(JSON.stringify(value).match(/secret-\w+|\$\{SECRET\}/g)),
];

test("loses and tells no secret of any config, and has nothing to do the second time", () => {
  fc.assert(
    fc.property(anyConfig, fc.subarray([ours, connector]), (config, installed) => {
      const { next, ...shown } = planRepair(config, installed);
      expect(secretsIn(next)).toEqual(expect.arrayContaining([...secretsIn(config)]));
      expect(secretsIn(shown).filter((secret) => secret !== "${SECRET}")).toEqual([]);
      expect(planRepair(next, installed)).toMatchObject({ changes: [], next });
    }),
    { numRuns: 300 },
  );
});
