import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { WizardCancelledError } from "openclaw/plugin-sdk/setup";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";
import { beforeEach, expect, test, vi } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import type { SetupContext } from "../src/setup-ask.ts";
import { setupWizard } from "../src/setup-wizard.ts";
import { CANCEL, createPerson, WAIT } from "./scripted-person.ts";
import type { Exchange, ScriptedPerson } from "./scripted-person.ts";

beforeEach(() => {
  vi.stubEnv("OPENCLAW_LOCALE", "en");
  vi.stubEnv("DINGTALK_CLIENT_ID", "");
  vi.stubEnv("DINGTALK_CLIENT_SECRET", "");
});

interface Run {
  readonly cfg: OpenClawConfig;
  readonly completion: string | undefined;
  readonly person: ScriptedPerson;
  readonly log: readonly string[];
}

interface RunOptions {
  readonly cfg?: OpenClawConfig;
  readonly accountId?: string;
  readonly options?: SetupContext["options"];
}

/** Lets the person set up an account; every question of the script must have come. */
async function setUp(script: readonly Exchange[], options: RunOptions = {}): Promise<Run> {
  const person = createPerson(script);
  const log: string[] = [];
  const result = await setupWizard.configure({
    cfg: options.cfg ?? {},
    prompter: person.prompter,
    runtime: { log: (line) => void log.push(String(line)), error: () => undefined, exit: () => undefined },
    ...(options.options && { options: options.options }),
    accountOverrides: { dingtalk: options.accountId ?? "default" },
    shouldPromptAccountIds: false,
    forceAllowFrom: false,
  });
  expect(person.unasked).toEqual([]);
  return { cfg: result.cfg, completion: result.completion, person, log };
}

/** A config that leads to the simulator, and knows no app yet. */
const towards = ({ endpoints }: Simulator): OpenClawConfig => ({ channels: { dingtalk: { endpoints } } });

const section = ({ channels }: OpenClawConfig): Readonly<Record<string, unknown>> =>
  Object(channels?.["dingtalk"]);

const typed = ({ app }: Simulator): readonly Exchange[] => [
  [/^DingTalk app$/, "type"],
  [/Client ID/, app.clientId],
  [/Client Secret/, app.clientSecret],
];
const NO_LINE: Exchange = [/Open a connection/, false];
const DEFAULTS: readonly Exchange[] = [
  [/How answers are shown/, "card"],
  [/template of your own/, false],
  [/robot code, corp id/, false],
  [/1:1 chats$/, "pairing"],
  [/groups the robot answers/, "allowlist"],
  [/Conversation ids/, ""],
  [/Sessions/, "own"],
];
const NO_OWNER: Exchange = [/Your staff id/, ""];

const withSimulator = (options: SimulatorOptions = {}): Promise<Simulator> =>
  openSimulator({ pingIntervalMs: 0, ...options });

test("leads from credentials to a test message, and asks for everything on the way", async () => {
  await using simulator = await withSimulator();
  const { cfg, person, completion } = await setUp(
    [
      ...typed(simulator),
      NO_LINE,
      [/How answers are shown/, "card"],
      [/template of your own/, true],
      [/Card template ID/, "my.schema"],
      [/streaming variable/, "content"],
      [/robot code, corp id/, true],
      [/Robot code/, ""],
      [/Corp ID/, "dingcorp"],
      [/Agent ID/, "4711"],
      [/1:1 chats$/, "allowlist"],
      [/Their staff ids/, "alice, bob，alice"],
      [/groups the robot answers/, "allowlist"],
      [/Conversation ids/, "cidOps=="],
      [/Sessions/, "own"],
      [/Your staff id/, "boss"],
      [/test message to boss/, true],
    ],
    { cfg: towards(simulator) },
  );
  expect(completion).toBeUndefined();
  expect(section(cfg)).toMatchObject({
    enabled: true,
    clientId: simulator.app.clientId,
    clientSecret: simulator.app.clientSecret,
    messageType: "card",
    cardTemplateId: "my.schema",
    cardTemplateKey: "content",
    corpId: "dingcorp",
    dingtalkAgentId: "4711",
    dmPolicy: "allowlist",
    allowFrom: ["alice", "bob", "boss"],
    groupPolicy: "allowlist",
    groups: { "cidOps==": {} },
  });
  expect(section(cfg)).not.toHaveProperty("robotCode");
  expect(cfg.commands?.ownerAllowFrom).toEqual(["dingtalk:boss"]);
  expect(cfg.session).toBeUndefined();
  expect(person.offered(/1:1 chats$/)).toEqual(["pairing", "allowlist", "open", "disabled"]);
  expect(person.offered(/groups the robot/)).toEqual(["allowlist", "open", "disabled"]);
  expect(simulator.messages()).toMatchObject([{ text: expect.stringContaining("can reach you here") }]);
  expect(person.seen.join("\n")).not.toContain(simulator.app.clientSecret);
});

test("takes a QR code: shows it, waits for the person, and needs no secret from them", async () => {
  await using simulator = await withSimulator({ registration: { intervalS: 1 } });
  const { cfg, person } = await setUp(
    [
      [/^DingTalk app$/, "scan"],
      [
        /Waiting for you/,
        () => {
          simulator.approveRegistration();
          return WAIT;
        },
      ],
      NO_LINE,
      ...DEFAULTS,
      NO_OWNER,
    ],
    { cfg: towards(simulator) },
  );
  const [registration] = simulator.registrations();
  expect(section(cfg)).toMatchObject({ enabled: true, clientId: registration?.clientId });
  expect(resolveAccount(cfg).configured).toBe(true);
  const seen = person.seen.join("\n");
  expect(seen).toContain(registration?.verificationUrl);
  expect(seen).toContain(registration?.userCode);
  expect(seen).toMatch(/[▀▄█]{3}/);
});

test("a QR code that is refused, or that nobody waits for any more, leads back to the choice", async () => {
  await using simulator = await withSimulator({ registration: { intervalS: 1 } });
  simulator.failNext("/app/registration/begin", { status: 503 });
  const { cfg, person } = await setUp(
    [
      [/^DingTalk app$/, "scan"],
      [/^DingTalk app$/, "scan"],
      [/Waiting for you/, ""],
      ...typed(simulator),
      NO_LINE,
      ...DEFAULTS,
      NO_OWNER,
    ],
    { cfg: towards(simulator) },
  );
  expect(section(cfg)["clientId"]).toBe(simulator.app.clientId);
  expect(person.seen.join("\n")).toMatch(/could not be created\nStage: http\n.*503/);
});

test("wrong credentials are named by stage and next step, and may be entered again", async () => {
  await using simulator = await withSimulator();
  const { cfg, person } = await setUp(
    [
      [/^DingTalk app$/, "type"],
      [/Client ID/, "dingwrong"],
      [/Client Secret/, "wrong"],
      [/What now/, "again"],
      [/What now/, "change"],
      [/^DingTalk app$/, "type"],
      [/Client ID/, ""],
      [/Client ID/, simulator.app.clientId],
      [/Client Secret/, simulator.app.clientSecret],
      NO_LINE,
      ...DEFAULTS,
      NO_OWNER,
    ],
    { cfg: towards(simulator) },
  );
  expect(section(cfg)["clientId"]).toBe(simulator.app.clientId);
  const failures = person.seen.filter((text) => text.startsWith("DingTalk did not accept"));
  expect(failures).toHaveLength(2);
  expect(failures[0]).toMatch(
    /Stage: token\nWhat happened: .*invalidClientIdOrSecret.*\nNext: check clientId/,
  );
  expect(person.seen).toContain("Required");
});

test("holds a connection that takes no messages while Stream mode is saved", async () => {
  await using simulator = await withSimulator({ app: { events: "off" } });
  expect(() => simulator.saveStreamMode()).toThrow("no connection");
  await setUp(
    [
      ...typed(simulator),
      [/Open a connection/, true],
      [
        /Stream mode in the console/,
        async () => {
          const [connection] = simulator.connections();
          expect(connection?.subscriptions).toEqual([{ type: "EVENT", topic: "*" }]);
          simulator.saveStreamMode();
          const said = await simulator.say({ from: "alice", text: "who hears me?" });
          expect(await said.delivered).toMatchObject({ acked: false, reason: "no-connection" });
          return "done";
        },
      ],
      ...DEFAULTS,
      NO_OWNER,
    ],
    { cfg: towards(simulator) },
  );
  expect(simulator.connections()).toEqual([]);
  expect(simulator.violations()).toEqual([]);
});

test("says what to do when the connection is refused, and tries again", async () => {
  await using simulator = await withSimulator({ app: { published: false } });
  const { person } = await setUp(
    [
      ...typed(simulator),
      [/Open a connection/, true],
      [
        /What now/,
        () => {
          simulator.addApp({ ...simulator.app, published: true });
          return "again";
        },
      ],
      [/Stream mode in the console/, "later"],
      ...DEFAULTS,
      NO_OWNER,
    ],
    { cfg: towards(simulator) },
  );
  expect(person.seen.join("\n")).toMatch(
    /could not be opened\nStage: connect.open\n[\s\S]*published version/,
  );
});

test("a connection that is lost while the person is in the console is not called saved", async () => {
  await using simulator = await withSimulator();
  const { person } = await setUp(
    [
      ...typed(simulator),
      [/Open a connection/, true],
      [
        /Stream mode in the console/,
        async () => {
          simulator.fault({ kind: "call.answer", where: { path: "/v1.0/gateway/*" }, status: 503 });
          simulator.dropSockets();
          // The client has noticed: it asks for another one.
          const asked = (): number => simulator.calls("/v1.0/gateway/*").length;
          await vi.waitFor(() => expect(asked()).toBeGreaterThan(1), { timeout: 10_000 });
          return "done";
        },
      ],
      [/What now/, "goOn"],
      ...DEFAULTS,
      NO_OWNER,
    ],
    { cfg: towards(simulator) },
  );
  expect(person.seen.join("\n")).toContain("The connection was lost meanwhile");
});

test("a test message that does not arrive says why, and takes another staff id for the owner", async () => {
  await using simulator = await withSimulator({ people: [{ staffId: "boss" }] });
  const { cfg, person } = await setUp(
    [
      ...typed(simulator),
      NO_LINE,
      ...DEFAULTS,
      [/Your staff id/, "$:LWCP_v1:$x"],
      [/Your staff id/, "bos"],
      [/test message to bos/, true],
      [/What now/, "otherId"],
      [/Your staff id/, "user:boss"],
    ],
    { cfg: towards(simulator) },
  );
  expect(person.seen.join("\n")).toMatch(/did not go out\nStage: http\n.*invalidStaffIdList/);
  expect(cfg.commands?.ownerAllowFrom).toEqual(["dingtalk:boss"]);
  expect(section(cfg)["allowFrom"]).toEqual(["boss"]);
  expect(simulator.messages()).toHaveLength(1);
});

test("leaving after the credentials keeps them in an account that is off, and the next run goes on", async () => {
  await using simulator = await withSimulator();
  const first = await setUp([...typed(simulator), NO_LINE, [/How answers/, CANCEL]], {
    cfg: towards(simulator),
  });
  expect(first.completion).toBe("paused");
  expect(first.log.join("\n")).toContain("`openclaw channels add dingtalk` goes on");
  const { clientId, clientSecret } = simulator.app;
  expect(section(first.cfg)).toMatchObject({
    enabled: true,
    accounts: { default: { enabled: false, clientId } },
  });
  expect(resolveAccount(first.cfg)).toMatchObject({ enabled: false, configured: true });
  const second = await setUp([[/^DingTalk app$/, "keep"], NO_LINE, ...DEFAULTS, NO_OWNER], {
    cfg: first.cfg,
  });
  expect(resolveAccount(second.cfg)).toMatchObject({
    enabled: true,
    clientSecret,
    settings: { messageType: "card" },
  });
});

test("leaving before the credentials, or out of an account that works, changes nothing", async () => {
  await using simulator = await withSimulator();
  await expect(setUp([[/^DingTalk app$/, CANCEL]])).rejects.toThrow(WizardCancelledError);
  const { clientId, clientSecret } = simulator.app;
  const cfg: OpenClawConfig = {
    channels: { dingtalk: { endpoints: simulator.endpoints, clientId, clientSecret } },
  };
  const leaving = setUp([...typed(simulator), [/Open a connection/, CANCEL]], { cfg });
  await expect(leaving).rejects.toThrow(WizardCancelledError);
});

test("keeps a secret that is kept elsewhere, and fetches it to try it", async () => {
  await using simulator = await withSimulator();
  const { clientId, clientSecret } = simulator.app;
  vi.stubEnv("MY_DINGTALK_SECRET", clientSecret);
  for (const secret of [
    { source: "env", provider: "default", id: "MY_DINGTALK_SECRET" },
    "${MY_DINGTALK_SECRET}",
  ]) {
    const account = { endpoints: simulator.endpoints, clientId, clientSecret: secret };
    const { cfg, person } = await setUp([[/^DingTalk app$/, "keep"], NO_LINE, ...DEFAULTS, NO_OWNER], {
      cfg: { channels: { dingtalk: account } },
    });
    expect(section(cfg)["clientSecret"]).toEqual(secret);
    expect(person.seen.join("\n")).toContain("accepts the credentials");
  }
});

test("goes on without trying a secret that cannot be fetched here", async () => {
  await using simulator = await withSimulator();
  const secret = { source: "env", provider: "default", id: "NOT_SET_HERE" };
  const account = { endpoints: simulator.endpoints, clientId: "dingx", clientSecret: secret };
  const { cfg, person } = await setUp(
    [[/^DingTalk app$/, "keep"], [/What now/, "save"], ...DEFAULTS, [/Your staff id/, "boss"]],
    { cfg: { channels: { dingtalk: account } } },
  );
  expect(section(cfg)).toMatchObject({ clientId: "dingx", clientSecret: secret, allowFrom: ["boss"] });
  expect(person.seen.join("\n")).toContain("could not be resolved");
});

test("keeps the people and groups of an account that is set up again", async () => {
  await using simulator = await withSimulator();
  const { clientId, clientSecret } = simulator.app;
  const groups = { "cidOne==": { requireMention: false, tools: { deny: ["exec"] } }, "cidTwo==": {} };
  const kept = { allowFrom: ["dingtalk:alice"], groups, dmPolicy: "allowlist", groupPolicy: "allowlist" };
  const { cfg } = await setUp(
    [
      [/^DingTalk app$/, "keep"],
      NO_LINE,
      ...DEFAULTS.slice(0, 3),
      [/1:1 chats$/, "allowlist"],
      [/Their staff ids/, "dingtalk:alice, bob"],
      [/groups the robot answers/, "allowlist"],
      [/Conversation ids/, "cidOne==, cidNew=="],
      [/Sessions/, "own"],
      NO_OWNER,
    ],
    { cfg: { channels: { dingtalk: { endpoints: simulator.endpoints, clientId, clientSecret, ...kept } } } },
  );
  expect(section(cfg)).toMatchObject({ allowFrom: ["dingtalk:alice", "bob"] });
  expect(section(cfg)["groups"]).toEqual({ "cidOne==": groups["cidOne=="], "cidNew==": {} });
});

test("a second account leaves the first as it was, also under a spelling of its own", async () => {
  await using simulator = await withSimulator();
  const first = {
    clientId: "dingfirst",
    clientSecret: "first",
    robotCode: "robotfirst",
    messageType: "card",
    dmPolicy: "disabled",
    allowFrom: ["alice"],
    proxy: "none",
    endpoints: simulator.endpoints,
  };
  const before: OpenClawConfig = { channels: { dingtalk: first } };
  const script = [...typed(simulator), NO_LINE, ...DEFAULTS, NO_OWNER];
  const { cfg } = await setUp(script, { cfg: before, accountId: "sales" });
  expect(resolveAccount(cfg, "default").settings).toEqual(resolveAccount(before, "default").settings);
  expect(resolveAccount(cfg, "sales").settings).toMatchObject({
    clientId: simulator.app.clientId,
    robotCode: undefined,
    dmPolicy: "pairing",
    proxy: "none",
  });

  const again = await setUp(script, { cfg, accountId: "default" });
  expect(section(again.cfg)).not.toHaveProperty("clientId");
  expect(resolveAccount(again.cfg, "default").clientId).toBe(simulator.app.clientId);
});

test("uses the environment's credentials of the account, and writes none", async () => {
  await using simulator = await withSimulator();
  vi.stubEnv("DINGTALK_CLIENT_ID", simulator.app.clientId);
  vi.stubEnv("DINGTALK_CLIENT_SECRET", simulator.app.clientSecret);
  const script: readonly Exchange[] = [[/^DingTalk app$/, "environment"], NO_LINE, ...DEFAULTS, NO_OWNER];
  const { cfg } = await setUp(script, { cfg: towards(simulator) });
  expect(section(cfg)).not.toHaveProperty("clientId");
  expect(resolveAccount(cfg)).toMatchObject({ configured: true, credentialSource: "env" });
  const sales = { cfg: towards(simulator), accountId: "sales" };
  await expect(setUp(script, sales)).rejects.toThrow("does not offer environment");
  vi.stubEnv("DINGTALK_SALES_CLIENT_ID", simulator.app.clientId);
  vi.stubEnv("DINGTALK_SALES_CLIENT_SECRET", simulator.app.clientSecret);
  const named = await setUp(script, sales);
  expect(resolveAccount(named.cfg, "sales")).toMatchObject({ configured: true, credentialSource: "env" });
});

test("everybody in one session is a choice, and can be taken back", async () => {
  await using simulator = await withSimulator();
  const withSessions = (answer: string): readonly Exchange[] => [
    ...DEFAULTS.slice(0, -1),
    [/Sessions/, answer],
  ];
  const shared = await setUp([...typed(simulator), NO_LINE, ...withSessions("shared"), NO_OWNER], {
    cfg: towards(simulator),
  });
  expect(shared.cfg.session).toEqual({ dmScope: "main" });
  const own = await setUp([[/^DingTalk app$/, "keep"], NO_LINE, ...withSessions("own"), NO_OWNER], {
    cfg: shared.cfg,
  });
  expect(own.cfg.session).toEqual({ dmScope: "per-account-channel-peer" });
  // The user's own choice in between is not asked about.
  await setUp([[/^DingTalk app$/, "keep"], NO_LINE, ...DEFAULTS.slice(0, -1), NO_OWNER], { cfg: own.cfg });
});

test("the quick start of onboarding asks for nothing that has a safe default", async () => {
  await using simulator = await withSimulator();
  const { cfg } = await setUp([...typed(simulator), NO_LINE, NO_OWNER], {
    cfg: towards(simulator),
    options: { quickstartDefaults: true },
  });
  expect(resolveAccount(cfg).settings).toMatchObject({ dmPolicy: "pairing", groupPolicy: "allowlist" });
});

test("speaks Chinese where the locale is", async () => {
  await using simulator = await withSimulator();
  vi.stubEnv("OPENCLAW_LOCALE", "");
  vi.stubEnv("LC_ALL", "zh_CN.UTF-8");
  const { person } = await setUp(
    [
      [/^钉钉应用$/, "type"],
      [/Client ID/, simulator.app.clientId],
      [/Client Secret/, "wrong"],
      [/接下来/, "save"],
      [/现在连接钉钉/, false],
      [/你的 userId/, ""],
    ],
    { cfg: towards(simulator), options: { quickstartDefaults: true } },
  );
  expect(person.seen.join("\n")).toMatch(/阶段: token\n原因: .*\n下一步: 对照/);
});
