import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";

import { openHome, PLUGIN_FOLDER, type CommandResult, type OpenClawHome } from "@dingtalk-kit/example-demo";
import { expect, onTestFailed, test } from "vitest";

import { migrate } from "../src/doctor-cli.ts";
import { packPlugin } from "../src/pack-plugin.ts";
import { writeRivalPlugin } from "../src/rival-plugin.ts";
import { ask, openStage, untilConnected } from "../src/stage.ts";

const FIX = ["doctor", "--fix", "--non-interactive"];
const account = { clientId: "dinge2emigrate0001", clientSecret: "secret-of-the-first-app" };
const second = { clientId: "dinge2emigrate0002", clientSecret: "secret-of-the-second-app" };
const OURS = { load: { paths: [PLUGIN_FOLDER] }, entries: { dingtalk: { enabled: true } } };

// In each test the steps are those of a row of the doctor's README, in its order, and then what people do unasked.

test("frees a config that OpenClaw refuses, and no doctor that comes too early loses a credential [S4-15]", async () => {
  await using home = await openHome();
  await configure(home, { channels: { dingtalk: withOldNames(account), ddingtalk: second } });
  const install = await installWords(home);
  // The host's own way out is none: it refuses to install what would make the config right.
  expect((await home.run(install)).stderr).toContain("unknown channel id: dingtalk");

  const shown = await migrate(home);
  expect([shown.code, shown.stdout]).toEqual([
    1,
    expect.stringContaining("only then `openclaw doctor --fix`"),
  ]);
  expect((await migrate(home, "--apply")).code).toBe(0);
  const both = { ...account, accounts: { ddingtalk: second } };
  expect(await dingtalk(home)).toMatchObject(both);

  await succeed(home, FIX);
  expect(await dingtalk(home)).toMatchObject(both);
  await succeed(home, install);
  await succeed(home, ["plugins", "enable", "dingtalk"]);
  await succeed(home, FIX);
  expect(await dingtalk(home)).toMatchObject(both);
  expect(await migrate(home)).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing to write") });
});

test("takes over from a plugin of another id, which may be uninstalled afterwards", async () => {
  await using home = await openHome();
  const entries = { "dingtalk-connector": { enabled: true } };
  await configure(home, { channels: { "dingtalk-connector": account }, plugins: { entries } });
  await succeed(
    home,
    await installWords(home, { id: "dingtalk-connector", channelId: "dingtalk-connector" }),
  );
  await succeed(home, await installWords(home));

  // Both are here and enabled: the host's doctor leaves the settings to whom they belong, and names the rival.
  await succeed(home, FIX);
  expect(Object(await channels(home))["dingtalk-connector"]).toEqual(account);
  const applied = await migrate(home, "--apply");
  expect(applied.stdout).toContain("openclaw plugins disable dingtalk-connector");
  await succeed(home, ["plugins", "disable", "dingtalk-connector"]);
  await succeed(home, FIX);
  await succeed(home, ["plugins", "uninstall", "dingtalk-connector", "--force"]);
  expect(await dingtalk(home)).toMatchObject(account);
});

test("takes the place of a plugin with the same id, and brings back what its uninstallation deleted", async () => {
  await using home = await openHome();
  const entries = { dingtalk: { enabled: true } };
  await configure(home, { channels: { dingtalk: withOldNames(account) }, plugins: { entries } });
  await succeed(home, await installWords(home, { id: "dingtalk", channelId: "dingtalk" }));
  expect((await migrate(home, "--apply")).stdout).toMatch(
    /install openclaw-plugin-dingtalk --force.*Do not uninstall/,
  );
  await succeed(home, await installWords(home));
  expect((await succeed(home, ["plugins", "inspect", "dingtalk"])).stdout).toContain(
    "openclaw-plugin-dingtalk",
  );
  await succeed(home, FIX);
  expect(await dingtalk(home)).toMatchObject(account);

  await succeed(home, ["plugins", "uninstall", "dingtalk", "--force"]);
  expect(await channels(home)).toBeUndefined();
  const hint = await migrate(home);
  const [, copy = ""] = /--from (\S+) --apply/.exec(hint.stdout) ?? [];
  expect((await migrate(home, "--from", copy, "--apply")).code).toBe(0);
  expect(await dingtalk(home)).toMatchObject(account);
});

test("takes over from a plugin that brings more channels, which is disabled and stays", async () => {
  await using home = await openHome();
  await configure(home, {});
  await succeed(home, await installWords(home, { id: "channels", channelId: "dingtalk" }));
  await home.writeConfig({ ...(await home.readConfig()), channels: { dingtalk: withOldNames(account) } });
  await succeed(home, await installWords(home));
  const applied = await migrate(home, "--apply");
  expect(applied.stdout).toMatch(/plugins disable channels`; not `openclaw plugins uninstall channels`/);
  await succeed(home, ["plugins", "disable", "channels"]);
  await succeed(home, FIX);
  expect(await dingtalk(home)).toMatchObject(account);
});

test("moves other plugins' settings by the host's own doctor, variables unresolved, with leftovers of theirs or without", async () => {
  await using home = await openHome();
  Object.assign(home.env, { MY_DINGTALK_SECRET: second.clientSecret });
  await configure(home, {
    channels: {
      dingtalk: withOldNames(account),
      ddingtalk: { ...second, clientSecret: "${MY_DINGTALK_SECRET}" },
      "clawdbot-dingtalk": {
        clientId: "dinge2emigrate0003",
        clientSecret: "secret-of-the-third-app",
        mood: "kept",
      },
    },
    plugins: {
      ...OURS,
      entries: { ...OURS.entries, ddingtalk: { enabled: true }, "clawdbot-dingtalk": { enabled: true } },
      allow: ["dingtalk", "ddingtalk", "clawdbot-dingtalk"],
    },
  });
  await succeed(home, FIX);
  const text = await readFile(join(home.folder, "state", "openclaw.json"), "utf8");
  expect(text).toContain("${MY_DINGTALK_SECRET}");
  for (const lost of [account.clientSecret, "secret-of-the-third-app", '"mood": "kept"'])
    expect(text).toContain(lost);
  expect(text).not.toContain(second.clientSecret);
  const moved = await channels(home);
  await succeed(home, FIX);
  expect(await channels(home)).toEqual(moved);
});

test("answers over the app of another plugin once the host's doctor moved its settings", async () => {
  await using stage = await openStage();
  await stage.configure({});
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  const config = await stage.home.readConfig();
  await stage.home.writeConfig({ ...config, channels: { ddingtalk: { clientId, clientSecret, endpoints } } });
  // Until then the host refuses the config: it knows the channel of no plugin.
  expect((await stage.home.run(["config", "validate"])).code).not.toBe(0);
  await succeed(stage.home, FIX);
  const gateway = await stage.start();
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
  await untilConnected(stage.simulator, [clientId]);
  expect((await ask(stage, { from: "alice", text: "still here?" })).text).toContain("still here?");
});

test("lets the host's audit say what is open, shared or in plain text, and its doctor name a rival", async () => {
  await using home = await openHome();
  Object.assign(home.env, { MY_DINGTALK_SECRET: second.clientSecret });
  await configure(home, {
    session: { dmScope: "main" },
    channels: {
      dingtalk: {
        ...account,
        dmPolicy: "open",
        allowFrom: ["*"],
        groupPolicy: "open",
        accounts: { two: { ...second, clientSecret: "${MY_DINGTALK_SECRET}", dmPolicy: "allowlist" } },
      },
      "dingtalk-connector": account,
    },
    plugins: {
      load: {
        paths: [
          PLUGIN_FOLDER,
          await writeRivalPlugin(home.folder, { id: "dingtalk-connector", channelId: "dingtalk-connector" }),
        ],
      },
      entries: { ...OURS.entries, "dingtalk-connector": { enabled: true } },
    },
  });
  const audit = await home.run(["security", "audit", "--json"]);
  const { findings } = JSON.parse(audit.stdout);
  const said: Readonly<Record<string, unknown>>[] = findings;
  const about = said.filter(({ checkId }) => /^(channels\.)?dingtalk\./.test(String(checkId)));
  expect(about.map(({ severity, checkId }) => `${String(severity)} ${String(checkId)}`)).toEqual(
    expect.arrayContaining([
      "critical channels.dingtalk.dm.open",
      "critical dingtalk.everybody-may-write",
      "warn dingtalk.open-groups",
      "warn dingtalk.shared-dm-session",
      "warn dingtalk.plaintext-secret",
    ]),
  );
  for (const finding of about) {
    expect(finding).toMatchObject({
      title: expect.any(String),
      detail: expect.any(String),
      remediation: expect.any(String),
    });
  }
  const plain = about.filter(({ checkId }) => checkId === "dingtalk.plaintext-secret");
  expect(plain.map(({ detail }) => String(detail).split(":")[0])).toEqual(["channels.dingtalk.clientSecret"]);
  expect(audit.stdout).not.toContain(account.clientSecret);

  const doctor = await home.run(["doctor", "--non-interactive"]);
  const notes = doctor.stdout.replaceAll(/\s*│\n│\s*/g, " ");
  expect(notes).toContain("channels.dingtalk-connector: has the same clientId");
  expect(notes).toContain("openclaw plugins disable dingtalk-connector");
});

const withOldNames = ({ clientId, clientSecret }: typeof account): object => ({
  app_key: clientId,
  app_secret: clientSecret,
});

async function configure(home: OpenClawHome, config: object): Promise<void> {
  await home.writeConfig({
    gateway: { mode: "local", bind: "loopback", auth: { mode: "token", token: "e2e-token" } },
    update: { checkOnStart: false },
    telemetry: { enabled: false },
    discovery: { mdns: { mode: "off" } },
    ...config,
  });
}

async function channels(home: OpenClawHome): Promise<unknown> {
  return (await home.readConfig())["channels"];
}

async function dingtalk(home: OpenClawHome): Promise<unknown> {
  return Object(await channels(home))["dingtalk"];
}

/** `openclaw plugins install` of ours, or of a rival, as packed for npm. */
async function installWords(
  home: OpenClawHome,
  rival?: Parameters<typeof writeRivalPlugin>[1],
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(home.folder, "packed-"));
  const tarball = await packPlugin(folder, rival && (await writeRivalPlugin(home.folder, rival)));
  return ["plugins", "install", `npm-pack:${tarball}`, "--force", "--accept-capabilities"];
}

async function succeed(home: OpenClawHome, args: readonly string[]): Promise<CommandResult> {
  const result = await home.run(args, { timeoutMs: 240_000 });
  expect(result.code, `openclaw ${args.join(" ")}\n${result.stdout}${result.stderr}`).toBe(0);
  return result;
}
