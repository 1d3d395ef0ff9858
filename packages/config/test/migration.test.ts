import { planMigration, policyOf, resolveAccount } from "@dingtalk-kit/config";
import type { AccountSettings, MigrationPlan } from "@dingtalk-kit/config";
import { decide, resolvePolicy } from "@dingtalk-kit/policy";
import { expect, test } from "vitest";

import { china, clawdbot, connector, largezhou, soimy } from "./fixtures/peer-configs.ts";
import { s0, s1, s2, s3, s4 } from "./fixtures/seed-configs.ts";

/** Account, sender, and a group or none. */
type Probe = readonly [account: string | undefined, sender: string, group?: string];

interface Sample {
  readonly config: Readonly<Record<string, unknown>>;
  readonly sources: readonly string[];
  /** Who was let in where the file was written, and who was not. */
  readonly lets: readonly Probe[];
  readonly keepsOut: readonly Probe[];
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  soimy: {
    config: soimy,
    sources: ["channels.dingtalk @soimy/dingtalk"],
    lets: [
      [undefined, "anybody"],
      [undefined, "worker01", "cidSoimyGroupOne=="],
      [undefined, "worker02", "cidSoimyGroupOne=="],
      [undefined, "worker03", "cidSoimyGroupTwo=="],
    ],
    keepsOut: [
      [undefined, "anybody", "cidSoimyGroupOne=="],
      [undefined, "worker01", "cidSoimyGroupTwo=="],
      [undefined, "worker01", "cidOther=="],
    ],
  },
  connector: {
    config: connector,
    sources: ["channels.dingtalk-connector @dingtalk-real-ai/dingtalk-connector"],
    lets: [
      ["bot1", "anybody"],
      ["bot1", "anybody", "cidConnectorGroup=="],
      ["bot2", "user02"],
      ["bot2", "anybody", "cidConnectorGroup=="],
    ],
    keepsOut: [
      ["bot1", "anybody", "cidOther=="],
      ["bot2", "anybody"],
    ],
  },
  china: {
    config: china,
    sources: ["channels.dingtalk @openclaw-china/channels"],
    lets: [
      ["default", "user01"],
      ["default", "anybody", "cidChinaGroupOne=="],
      ["default", "anybody", "cidChinaGroupTwo=="],
    ],
    keepsOut: [
      ["default", "anybody"],
      ["default", "user01", "cidOther=="],
    ],
  },
  largezhou: {
    config: largezhou,
    sources: ["channels.ddingtalk @largezhou/ddingtalk"],
    lets: [
      ["bot-hr", "anybody"],
      ["bot-tech", "engineer01"],
      ["bot-hr", "anybody", "cidAny=="],
      ["bot-tech", "anybody", "cidAny=="],
    ],
    keepsOut: [
      ["bot-tech", "anybody"],
      ["bot-hr", "anybody", "cidLargezhouOff=="],
    ],
  },
  clawdbot: {
    config: clawdbot,
    sources: ["channels.clawdbot-dingtalk clawdbot-dingtalk"],
    lets: [
      [undefined, "user01"],
      [undefined, "user02", "cidAny=="],
    ],
    keepsOut: [
      [undefined, "anybody"],
      [undefined, "anybody", "cidAny=="],
    ],
  },
  s0: {
    config: s0,
    sources: ["channels.dingtalk openclaw-plugin-dingtalk"],
    lets: [],
    keepsOut: [
      [undefined, "anybody"],
      ["main", "anybody", "cidAny=="],
    ],
  },
  s1: {
    config: s1,
    sources: ["channels.dingtalk a recipe with app_key"],
    lets: [],
    keepsOut: [
      [undefined, "anybody"],
      [undefined, "anybody", "cidAny=="],
    ],
  },
  s2: {
    config: s2,
    sources: ["channels.dingtalk @soimy/dingtalk"],
    lets: [],
    keepsOut: [
      ["main", "anybody"],
      ["main", "anybody", "cidAny=="],
    ],
  },
  s3: {
    config: s3,
    sources: ["channels.dingtalk a custom robot"],
    lets: [
      [undefined, "user123"],
      [undefined, "user456"],
    ],
    keepsOut: [[undefined, "anybody"]],
  },
  s4: {
    config: s4,
    sources: ["channels.ddingtalk @largezhou/ddingtalk"],
    lets: [
      [undefined, "anybody"],
      [undefined, "anybody", "cidAny=="],
    ],
    keepsOut: [],
  },
};

const ENVIRONMENT = { DINGTALK_APP_KEY: "dingseedone000001", DINGTALK_APP_SECRET: "seed1-secret-value" };

function settingsOf(
  config: Readonly<Record<string, unknown>>,
  accountKey: string | undefined,
): AccountSettings {
  const section: unknown = Reflect.get(Object(config["channels"]), "dingtalk");
  const resolved = resolveAccount({
    path: "channels.dingtalk",
    section,
    accountKey,
    environment: ENVIRONMENT,
  });
  if (resolved.settings === undefined) throw new Error(JSON.stringify(resolved.problems));
  return resolved.settings;
}

function lets(config: Readonly<Record<string, unknown>>, [account, sender, group]: Probe): boolean {
  const policy = resolvePolicy(policyOf(settingsOf(config, account)));
  const decision = decide(policy, {
    conversation: { type: group === undefined ? "direct" : "group", id: group ?? "cid-direct" },
    sender: { id: sender, kind: "person", paired: false },
    mentionsRobot: group !== undefined,
    mentionsAnybody: group !== undefined,
    mentionsEverybody: false,
    command: "none",
    text: "hello",
  });
  return decision.kind === "dispatch";
}

const leavesOf = (value: unknown): readonly unknown[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...leavesOf(inner)])
    : [value];

const names = Object.entries(SAMPLES);
const planOf = (name: string): MigrationPlan => planMigration(SAMPLES[name]?.config);

test.for(names)(
  "reads the settings of %s, says whose they are, and lets the same people in",
  ([name, sample]) => {
    const { next, sources } = planOf(name);
    expect(sources.map(({ path, writtenFor }) => `${path} ${writtenFor}`)).toEqual(sample.sources);
    for (const probe of sample.lets) expect([probe, lets(next, probe)]).toEqual([probe, true]);
    for (const probe of sample.keepsOut) expect([probe, lets(next, probe)]).toEqual([probe, false]);
  },
);

test.for(names)("has nothing to do when the settings of %s are migrated", ([name]) => {
  const { next } = planOf(name);
  const again = planMigration(next);
  expect(again.changes).toEqual([]);
  expect(again.next).toEqual(next);
});

test.for(names)("shows the plan for %s without a secret", ([name, { config }]) => {
  const { changes, warnings } = planOf(name);
  const shown = JSON.stringify({ changes, warnings });
  const secrets = leavesOf(config).filter((leaf) =>
    /secret-value|secret-one|secret-main|tokenvalue|token-value|secretvalue/.test(String(leaf)),
  );
  expect(secrets.length).toBeGreaterThan(name === "s1" ? -1 : 0);
  for (const secret of secrets) expect(shown).not.toContain(String(secret));
});

test("plans the settings of @soimy/dingtalk", () => {
  const { next, warnings } = planOf("soimy");
  expect(next).toEqual({
    channels: {
      dingtalk: {
        enabled: true,
        clientId: "dingsoimyexample01",
        clientSecret: "soimy-secret-value",
        dingtalkAgentId: 1234567890,
        corpId: "dingcorpexample01",
        dmPolicy: "open",
        groupPolicy: "allowlist",
        allowFrom: ["manager01", "*"],
        groupAllowFrom: ["worker01", "dingtalk:worker02"],
        groups: {
          "cidSoimyGroupOne==": {},
          "cidSoimyGroupTwo==": { systemPrompt: "Be brief.", allowFrom: ["worker03"] },
        },
        messageType: "card",
        cardTemplateId: "382e4302-551d-4880-bf29-a30acfab2e71.schema",
        cardTemplateKey: "msgContent",
        cardStreamingMode: "all",
        cardDegradeMs: 1_800_000,
        cardAtSender: "done",
        ackReaction: "emoji",
        proxy: "none",
        retention: { textDays: 14 },
        displayNameResolution: "disabled",
        tableMode: "align",
        mediaUrlAllowlist: ["files.corp.example"],
        learningEnabled: false,
        useConnectionManager: true,
        proactivePermissionHint: { enabled: true, cooldownHours: 24 },
        maxConnectionAttempts: 10,
        initialReconnectDelay: 1000,
        maxReconnectDelay: 60_000,
        reconnectJitter: 0.3,
        debug: false,
      },
    },
  });
  expect(warnings.map(({ path }) => path)).toEqual([
    "channels.dingtalk.dmPolicy",
    "channels.dingtalk.useConnectionManager",
    "channels.dingtalk.proactivePermissionHint",
    "channels.dingtalk.learningEnabled",
  ]);
});

test("plans the settings of the connector, with what the host says about its channel", () => {
  const { next, warnings } = planOf("connector");
  expect(next).toEqual({
    plugins: {
      allow: ["dingtalk-connector", "telegram", "dingtalk"],
      entries: { "dingtalk-connector": { enabled: true } },
    },
    commands: { ownerAllowFrom: ["dingtalk:boss01", "telegram:7"] },
    channels: {
      telegram: { enabled: true },
      "dingtalk-connector": {
        enabled: false,
        gatewayToken: "gateway-token-value",
        sessionTimeout: 1_800_000,
        accounts: { bot2: { supportCaseRouter: { enabled: false, safeAgentId: "support" } } },
      },
      dingtalk: {
        enabled: true,
        dmPolicy: "open",
        allowFrom: ["*"],
        groupPolicy: "allowlist",
        groupAllowFrom: [],
        groups: { "cidConnectorGroup==": { allowFrom: ["*"] } },
        separateSessionByConversation: true,
        groupSessionScope: "group_sender",
        messageType: "card",
        groupMessageType: "text",
        ack: "text",
        ackText: "working on it",
        tools: { docs: true },
        accounts: {
          bot1: {
            clientId: "dingconnectorone1",
            clientSecret: "connector-secret-one",
            messageType: "markdown",
          },
          bot2: {
            enabled: false,
            clientId: 4_711_471_147,
            clientSecret: { source: "env", provider: "default", id: "BOT2_SECRET" },
            dmPolicy: "allowlist",
            allowFrom: ["user02"],
          },
        },
      },
    },
    bindings: [
      { agentId: "service", match: { channel: "dingtalk", accountId: "bot1" } },
      { agentId: "other", match: { channel: "telegram" } },
    ],
  });
  expect(warnings.map(({ path }) => path)).toContain("channels.dingtalk-connector");
});

test("reads the root ddingtalk of an older document [S4-15]", () => {
  expect(planOf("s4").next).toEqual({
    channels: {
      dingtalk: {
        enabled: true,
        clientId: "dingseedfour00001",
        clientSecret: "seed4-secret-value",
        dmPolicy: "open",
        allowFrom: ["*"],
        groupPolicy: "open",
      },
    },
  });
});

test("leaves settings alone that are ours", () => {
  const config = {
    channels: {
      dingtalk: {
        clientId: "dinga",
        clientSecret: "${SECRET}",
        groups: { cidA: {} },
        accounts: { b: { clientId: "dingb", dmPolicy: "allowlist", allowFrom: ["u"] } },
      },
    },
    other: [1, { a: null }],
  };
  expect(planMigration(config)).toEqual({
    next: config,
    changes: [],
    warnings: [],
    sources: [{ path: "channels.dingtalk", writtenFor: "openclaw-plugin-dingtalk" }],
  });
});

test.for([
  undefined,
  null,
  7,
  "text",
  [],
  {},
  { channels: 7 },
  { channels: { dingtalk: "x", ddingtalk: [] } },
])("has nothing to say about %o", (config) => {
  expect(planMigration(config)).toMatchObject({ changes: [], warnings: [], sources: [] });
});

const lines = ({ changes }: MigrationPlan): readonly string[] =>
  changes.map(({ path, from, to }) => `${path}: ${from ?? "-"} => ${to ?? "-"}`);

test("shows each place that changes, with its reason", () => {
  const plan = planMigration({
    channels: { dingtalk: { app_key: "dingexample000001", appSecret: 12345678 } },
  });
  expect(lines(plan)).toEqual([
    'channels.dingtalk.app_key: "ding...0001" => -',
    'channels.dingtalk.appSecret: "[redacted]" => -',
    'channels.dingtalk.clientId: - => "ding...0001"',
    'channels.dingtalk.clientSecret: - => "[redacted]"',
  ]);
  expect(plan.changes.map(({ why }) => why)).toEqual([
    "is called clientId here",
    "is called clientSecret here",
    "was written as channels.dingtalk.app_key",
    "was written as channels.dingtalk.appSecret",
  ]);
});

test("shows where a secret is kept, which is none", () => {
  const reference = { source: "file", provider: "f", id: "/dingtalk" };
  const plan = planMigration({ channels: { dingtalk: { app_key: "${KEY}", app_secret: reference } } });
  expect(lines(plan).slice(2)).toEqual([
    'channels.dingtalk.clientId: - => "${KEY}"',
    `channels.dingtalk.clientSecret: - => ${JSON.stringify(reference)}`,
  ]);
});

test("keeps both of two names that disagree, and names them", () => {
  const config = { channels: { dingtalk: { clientId: "dinga", app_key: "dingb" } } };
  const plan = planMigration(config);
  expect(plan.next).toEqual(config);
  expect(plan.warnings).toEqual([
    {
      path: "channels.dingtalk.app_key",
      message: "says something else than clientId, which means the same and wins. Remove one of the two",
    },
  ]);
});

test("keeps what is unknown or of no use, and says so", () => {
  const section = { clientId: "dinga", gatewayToken: "t0ken", clientNmae: "x", agentId: "main" };
  const plan = planMigration({ channels: { dingtalk: section } });
  expect(plan.next).toEqual({ channels: { dingtalk: section } });
  expect(plan.warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    "channels.dingtalk.agentId: is ignored: it is no AgentId of DingTalk, which is a number. Write dingtalkAgentId, or defaultAgent for an agent of yours",
    "channels.dingtalk.gatewayToken: has no effect: OpenClaw runs the agent itself, nothing has to log in to the gateway. It is kept",
    "channels.dingtalk.clientNmae: is not known and is ignored. It is kept",
  ]);
});

test("puts another plugin's accounts beside ours, as closed or open as they were", () => {
  const ours = {
    clientId: "dingours",
    clientSecret: "a",
    dmPolicy: "open",
    allowFrom: ["*"],
    requireMention: false,
  };
  const theirs = {
    enabled: true,
    clientId: "dingtheirs",
    clientSecret: "b",
    allowFrom: ["user01"],
    accounts: { HR: { clientId: "dinghr", clientSecret: "c", allowFrom: ["*"] } },
  };
  const plan = planMigration({
    channels: { dingtalk: ours, ddingtalk: theirs },
    bindings: [
      { agentId: "a", match: { channel: "ddingtalk" } },
      { agentId: "b", match: { channel: "ddingtalk", accountId: "hr" } },
      { agentId: "c", match: { channel: "ddingtalk", accountId: "*" } },
    ],
  });
  expect(plan.next).toMatchObject({
    channels: {
      dingtalk: {
        ...ours,
        accounts: {
          ddingtalk: {
            clientId: "dingtheirs",
            dmPolicy: "allowlist",
            allowFrom: ["user01"],
            requireMention: true,
          },
          HR: { clientId: "dinghr", dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open" },
        },
      },
    },
    bindings: [
      { match: { channel: "dingtalk", accountId: "ddingtalk" } },
      { match: { channel: "dingtalk", accountId: "HR" } },
      { match: { channel: "ddingtalk", accountId: "*" } },
    ],
  });
  expect(plan.next["channels"]).not.toHaveProperty("ddingtalk");
  expect(lets(plan.next, ["ddingtalk", "anybody"])).toBe(false);
  expect(lets(plan.next, ["HR", "anybody"])).toBe(true);
  expect(plan.warnings.map(({ path }) => path)).toContain("bindings.2");
  expect(planMigration(plan.next).changes).toEqual([]);
});

test("switches off another channel with an app of ours, keeps its settings and names the two", () => {
  const ours = { clientId: "dingexample000001", clientSecret: "a" };
  const theirs = { clientId: "dingexample000001", clientSecret: "old", dmPolicy: "open" };
  const plan = planMigration({ channels: { dingtalk: ours, "dingtalk-connector": theirs } });
  expect(plan.next).toEqual({
    channels: { dingtalk: ours, "dingtalk-connector": { ...theirs, enabled: false } },
  });
  expect(plan.warnings).toEqual([
    {
      path: "channels.dingtalk-connector",
      message:
        "has the same clientId ding...0001 as an account of channels.dingtalk, whose settings hold. It is kept, and switched off",
    },
  ]);
  expect(planMigration(plan.next).changes).toEqual([]);
});

test("takes credentials from a plugin's entry", () => {
  const plan = planMigration({
    plugins: { entries: { "clawdbot-dingtalk": { enabled: true, clientId: "dinga", clientSecret: "s3" } } },
  });
  expect(plan.sources).toEqual([
    { path: "plugins.entries.clawdbot-dingtalk", writtenFor: "clawdbot-dingtalk" },
  ]);
  expect(plan.next).toEqual({
    plugins: { entries: { "clawdbot-dingtalk": { enabled: true } } },
    channels: {
      dingtalk: {
        clientId: "dinga",
        clientSecret: "s3",
        dmPolicy: "open",
        allowFrom: ["*"],
        groupPolicy: "open",
      },
    },
  });
});

test("leaves a channel alone that comes from another file in part", () => {
  const config = { channels: { ddingtalk: { clientId: "dinga", $include: "./secret.json5" } } };
  const plan = planMigration(config);
  expect(plan.next).toEqual(config);
  expect(plan.warnings[0]?.message).toContain("by hand");
  const ours = { channels: { dingtalk: { clientId: "dinga", $include: "./secret.json5" } } };
  expect(planMigration(ours)).toMatchObject({ next: ours, changes: [], warnings: [] });
});

test("names where else the file speaks of the old channel", () => {
  const plan = planMigration({
    channels: { ddingtalk: { clientId: "dinga" } },
    session: { identityLinks: { alice: ["telegram:1", "ddingtalk:user01"] } },
    agents: { defaults: { heartbeat: { target: "ddingtalk" } } },
  });
  expect(plan.warnings.map(({ path }) => path)).toEqual(
    expect.arrayContaining(["session.identityLinks.alice.1", "agents.defaults.heartbeat.target"]),
  );
});

test("opens nobody else's list when it keeps one account open", () => {
  const section = {
    dmPolicy: "open",
    allowFrom: ["boss01"],
    clientId: "dinga",
    accounts: { b: { clientId: "dingb", dmPolicy: "allowlist" }, c: { clientId: "dingc", allowFrom: ["u"] } },
  };
  const { next } = planMigration({ channels: { dingtalk: section } });
  expect(lets(next, [undefined, "anybody"])).toBe(true);
  expect(lets(next, ["b", "anybody"])).toBe(false);
  expect(lets(next, ["b", "boss01"])).toBe(true);
  expect(lets(next, ["c", "anybody"])).toBe(true);
});

test("keeps the people of open groups, whom another plugin asked for there", () => {
  const section = { groupPolicy: "open", groupAllowFrom: ["u1"], groups: { cidA: { requireMention: true } } };
  const { next } = planMigration({ channels: { dingtalk: section } });
  for (const group of ["cidA", "cidB"]) {
    expect(lets(next, [undefined, "u1", group])).toBe(true);
    expect(lets(next, [undefined, "anybody", group])).toBe(false);
  }
});

test("moves no list that other accounts share, and says what to do", () => {
  const section = {
    groupAllowFrom: ["cidAAAAAAAA==", "u1"],
    accounts: { b: { clientId: "dingb", groups: { cidB: {} } } },
  };
  const plan = planMigration({ channels: { dingtalk: section } });
  expect(plan.changes).toEqual([]);
  expect(plan.warnings[0]).toMatchObject({ path: "channels.dingtalk.groupAllowFrom" });
});

test("keeps the groups that an account inherits by a list beside the groups of its own", () => {
  const theirs = {
    groupAllowFrom: ["cidGroupAAAA=="],
    groupSenderAllowFrom: ["user08"],
    accounts: { a: { appKey: "dingx", groups: { "cidOwn==": { requireMention: false } } } },
  };
  const { next } = planMigration({
    channels: { dingtalk: { proxy: "inherit" }, "dingtalk-connector": theirs },
  });
  expect(next).toMatchObject({
    channels: {
      dingtalk: {
        accounts: {
          a: {
            groupAllowFrom: ["user08"],
            groups: { "cidGroupAAAA==": { allowFrom: ["user08"] }, "cidOwn==": { requireMention: false } },
          },
        },
      },
    },
  });
});
