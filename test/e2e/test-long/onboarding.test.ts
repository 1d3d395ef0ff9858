import { join } from "node:path";

import { PLUGIN_FOLDER, type CommandResult } from "@dingtalk-kit/example-demo";
import { createTestCa, realNameEnvironment, realNameOptions } from "dingtalk-simulator/testing";
import { expect, onTestFailed, test } from "vitest";

import { ask, openStage, untilConnected, type Stage } from "../src/stage.ts";
import { openTerminal, type Terminal } from "../src/terminal.ts";

/** One that the simulator knows, and that is not the plugin's own choice. */
const TEMPLATE = "02fcf2f4-5e02-4a85-b672-46d1f715543e.schema";

/** A DingTalk under its real names, and an OpenClaw that has the plugin and knows nothing of it. */
async function openEmptyStage(prepare = (stage: Stage) => stage.configure({})): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const ca = stack.use(await createTestCa());
  const stage = stack.use(
    await openStage({
      simulator: {
        ...realNameOptions(ca),
        app: { events: "off" },
        people: [{ staffId: "boss" }],
        registration: { intervalS: 1 },
      },
    }),
  );
  await prepare(stage);
  Object.assign(stage.home.env, realNameEnvironment(stage.simulator, ca));
  const owned = stack.move();
  return { ...stage, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function openClaw(stage: Stage, args: readonly string[]): Terminal {
  const terminal = openTerminal(stage.home, args);
  onTestFailed(() => console.log(terminal.screen));
  return terminal;
}

async function startGateway(stage: Stage, clientIds: readonly string[]): Promise<void> {
  const gateway = await stage.start();
  onTestFailed(() => console.log(gateway.log.tail(40)));
  await untilConnected(stage.simulator, clientIds);
}

/** `channels.dingtalk` of the config file. */
async function readChannel(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  const { channels } = await stage.home.readConfig();
  return Object(Object(channels)["dingtalk"]);
}

test("leads from nothing to a first answered message in the dialogue of `channels add` [S2-10 S2-12 S2-13 S2-14 S2-15 S2-16 S2-17 S2-25 S3-13 S3-14 S4-07]", async () => {
  await using stage = await openEmptyStage();
  const { simulator } = stage;
  const { clientId, clientSecret } = simulator.app;
  await using terminal = openClaw(stage, ["channels", "add", "dingtalk"]);
  await terminal.choose(/DingTalk account/);
  await terminal.choose(/DingTalk app/, 1);
  await terminal.answer(/Client ID \(AppKey\)/, clientId);
  await terminal.answer(/Client Secret \(AppSecret\)/, "not-the-secret");
  const refused = await terminal.read(/Next: .*\n/);
  expect(refused).toMatch(/did not accept[\s\S]*Stage: token[\s\S]*invalidClientIdOrSecret/);
  await terminal.choose(/What now/);
  await terminal.choose(/DingTalk app/, 1);
  await terminal.answer(/Client ID \(AppKey\)/, clientId);
  await terminal.answer(/Client Secret \(AppSecret\)/, clientSecret);
  await terminal.read(/accepts the credentials/);

  expect(() => simulator.saveStreamMode()).toThrow("no connection");
  await terminal.answer(/Open a connection to DingTalk now/);
  await terminal.question(/Stream mode in the console/);
  const [held] = simulator.connections();
  expect(held?.subscriptions).toEqual([{ type: "EVENT", topic: "*" }]);
  simulator.saveStreamMode();
  terminal.press("enter");

  await terminal.choose(/How answers are shown/);
  await terminal.tap(/card template of your own/, "y");
  await terminal.answer(/Card template ID/, TEMPLATE);
  await terminal.answer(/streaming variable/, "msgContent");
  await terminal.tap(/robot code, corp id or agent id/, "y");
  await terminal.answer(/Robot code/);
  await terminal.answer(/Corp ID/, "dingcorp01");
  await terminal.answer(/Agent ID/);
  const direct = await terminal.question(/in 1:1 chats[\s\S]*Disabled/);
  expect(direct).toMatch(/Pairing \(recommended\)[\s\S]*Allowlist[\s\S]*Open[\s\S]*Disabled/);
  terminal.press("enter");
  await terminal.choose(/In which groups/);
  await terminal.answer(/Conversation ids/);
  await terminal.choose(/Sessions of 1:1 chats/);
  await terminal.answer(/Your staff id\n/, "boss");
  await terminal.answer(/Send a test message to boss/);
  await terminal.read(/DingTalk is set up/);
  expect(await terminal.exit).toBe(0);
  expect(terminal.screen).not.toContain(clientSecret);
  expect(simulator.messages()).toMatchObject([{ text: expect.stringContaining("can reach you here") }]);
  expect(await readChannel(stage)).toMatchObject({
    enabled: true,
    clientId,
    clientSecret,
    messageType: "card",
  });

  await startGateway(stage, [clientId]);
  const answer = await ask(stage, { from: "boss", text: "hello from the first user" });
  expect(answer).toMatchObject({ kind: "card", text: expect.stringContaining("hello from the first user") });
  expect(simulator.cards()).toMatchObject([{ templateId: TEMPLATE }]);
  expect(simulator.violations()).toEqual([]);
});

test("creates a robot by QR code in Chinese, goes on after an interruption, and answers", async () => {
  await using stage = await openEmptyStage();
  const { simulator } = stage;
  stage.home.env["LC_ALL"] = "zh_CN.UTF-8";
  await using first = openClaw(stage, ["channels", "add", "dingtalk"]);
  await first.choose(/DingTalk/);
  await first.choose(/钉钉应用/);
  const shown = await first.question(/等待你在钉钉中确认/);
  const [registration] = simulator.registrations();
  expect(shown).toMatch(/[▀▄█]{7}/);
  expect(shown).toContain(registration?.verificationUrl);
  expect(shown).toContain(registration?.userCode);
  const robot = simulator.approveRegistration();
  await first.question(/现在连接钉钉吗/);
  first.press("interrupt");
  await first.read(/凭证已保存/);
  expect(await first.exit).toBe(0);
  expect(await readChannel(stage)).toMatchObject({
    accounts: { default: { clientId: robot.clientId, enabled: false } },
  });

  await using second = openClaw(stage, ["channels", "add", "dingtalk"]);
  // The host asks whether to change what is configured, and which account.
  await second.choose(/DingTalk/);
  await second.choose(/DingTalk/);
  expect(await second.question(/钉钉应用[\s\S]*输入 Client ID/)).toContain(`继续使用 ${robot.clientId}`);
  second.press("enter");
  await second.tap(/现在连接钉钉吗/, "n");
  await second.choose(/回复方式/, 1);
  await second.answer(/机器人编码/);
  await second.choose(/谁可以与机器人单聊/);
  await second.choose(/在哪些群里回复/);
  await second.answer(/群的会话 ID/);
  await second.choose(/单聊的会话/);
  await second.answer(/你的 userId/, "boss");
  await second.tap(/发一条测试消息/, "n");
  expect(await second.exit).toBe(0);

  await startGateway(stage, [robot.clientId]);
  const answer = await ask(stage, { from: "boss", clientId: robot.clientId, text: "hello robot" });
  expect(answer).toMatchObject({ kind: "message", text: expect.stringContaining("hello robot") });
  expect(simulator.violations()).toEqual([]);
});

test("`openclaw onboard` offers DingTalk (钉钉) and leads through app and credentials to the gateway [S2-07 S2-11 S4-04 S4-05]", async () => {
  await using stage = await openEmptyStage();
  const { clientId, clientSecret } = stage.simulator.app;
  const flags = [
    "--skip-daemon",
    "--skip-health",
    "--skip-hooks",
    "--skip-search",
    "--skip-skills",
    "--skip-ui",
  ];
  const local = ["--mode", "local", "--flow", "quickstart", "--accept-risk", "--auth-choice", "skip"];
  const place = ["--workspace", stage.home.workspace, "--skip-bootstrap"];
  await using terminal = openClaw(stage, ["onboard", ...local, ...flags, ...place]);
  await terminal.choose(/Help make OpenClaw better/);
  await terminal.answer(/first agent/);
  await terminal.question(/Select channel/);
  terminal.type("dingtalk");
  await terminal.read(/● DingTalk \(钉钉\)/);
  terminal.press("enter");
  await terminal.read(/create an internal app, add the robot capability/);
  await terminal.choose(/DingTalk app/, 1);
  await terminal.answer(/Client ID \(AppKey\)/, clientId);
  await terminal.answer(/Client Secret \(AppSecret\)/, clientSecret);
  await terminal.tap(/Open a connection/, "n");
  await terminal.answer(/Your staff id/, "boss");
  await terminal.tap(/Send a test message/, "n");
  await terminal.read(/openclaw gateway run/);
  expect(await terminal.exit).toBe(0);
  expect(await readChannel(stage)).toMatchObject({
    enabled: true,
    clientId,
    clientSecret,
    allowFrom: ["boss"],
  });
});

test("flags set up two accounts without a question, and `gateway restart` applies them [S2-18 S3-15 S4-08]", async () => {
  await using stage = await openEmptyStage(async (empty) => {
    await empty.configure();
    const link = [
      "plugins",
      "install",
      "-l",
      join(PLUGIN_FOLDER, "stage"),
      "--force",
      "--accept-capabilities",
    ];
    expect(await empty.home.run(link)).toMatchObject({ code: 0 });
  });
  const { simulator, home } = stage;
  const { clientId, clientSecret } = simulator.app;
  const add = (...flags: string[]): Promise<CommandResult> =>
    home.run(["channels", "add", "--channel", "dingtalk", ...flags]);

  const wrong = await add(
    "--client-id",
    clientId,
    "--client-secret",
    "not-the-secret",
    "--dm-policy",
    "disabled",
  );
  expect(wrong.stdout).toMatch(/did not accept[\s\S]*Stage: token[\s\S]*Next: check clientId/);
  const right = ["--client-secret", clientSecret, "--dm-policy", "pairing", "--message-type", "markdown"];
  const added = await add("--client-id", clientId, ...right, "--owner", "boss", "--test-message");
  expect(added.stdout).toMatch(/accepts the credentials[\s\S]*Sent/);
  expect(simulator.messages()).toHaveLength(1);
  const first = { clientId, clientSecret, dmPolicy: "pairing", messageType: "markdown", allowFrom: ["boss"] };
  expect(await readChannel(stage)).toEqual({ enabled: true, ...first });

  await startGateway(stage, [clientId]);
  const sales = { clientId: "dinge2esales0000001", clientSecret: "secret-of-the-sales-app" };
  simulator.addApp(sales);
  const credentials = ["--client-id", sales.clientId, "--client-secret", sales.clientSecret];
  expect((await add("--account", "sales", ...credentials, "--group-policy", "disabled")).code).toBe(0);
  expect(await readChannel(stage)).toEqual({
    enabled: true,
    accounts: { default: first, sales: { ...sales, enabled: true, groupPolicy: "disabled" } },
  });
  expect((await home.run(["gateway", "restart"])).code).toBe(0);
  await untilConnected(simulator, [clientId, sales.clientId]);
  const status = await home.run(["channels", "status"]);
  expect(status.stdout).toMatch(/DingTalk default: enabled, configured/);
  expect(status.stdout).toMatch(/DingTalk sales: enabled, configured/);
});
