import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { PLUGIN_FOLDER, type CommandResult, type Gateway } from "@dingtalk-kit/example-demo";
import { createTestCa, realNameEnvironment, realNameOptions } from "dingtalk-simulator/testing";
import { expect, onTestFailed, test } from "vitest";

import { editChannel } from "../src/edit-config.ts";
import { packPlugin } from "../src/pack-plugin.ts";
import { ask, openStage, untilConnected, type Stage } from "../src/stage.ts";

const EVERYBODY = { dmPolicy: "open", allowFrom: ["*"] };

test("installs from its tarball and reaches DingTalk over TLS under the real names with nothing but credentials [S2-02 S4-02]", async () => {
  await using ca = await createTestCa();
  await using stage = await openStage({ simulator: realNameOptions(ca) });
  await stage.configure();
  const tarball = await packPlugin(stage.home.folder);
  await succeed(stage, ["plugins", "install", `npm-pack:${tarball}`, "--force", "--accept-capabilities"]);
  const { clientId, clientSecret } = stage.simulator.app;
  await editChannel(stage.home, { clientId, clientSecret, ...EVERYBODY });

  // Only from here on: the installation asks the real npm registry under the real certificates.
  Object.assign(stage.home.env, realNameEnvironment(stage.simulator, ca));
  const gateway = await start(stage);
  const answer = await ask(stage, { from: "alice", text: "hello from the tarball" });
  expect(answer.text).toContain("hello from the tarball");
  const hosts = new Set(stage.simulator.calls().map(({ host }) => host?.replace(/:443$/, "")));
  expect(hosts).toEqual(new Set(["api.dingtalk.com", "oapi.dingtalk.com"]));
  expect(gateway.log.lines.join("\n")).toContain("wss-open-connection.dingtalk.com");

  const inspected = await succeed(stage, ["plugins", "inspect", "dingtalk"]);
  expect(inspected.stdout).toMatch(/Status:\s*(loaded|enabled)/);
  expect(inspected.stdout).toContain("openclaw-plugin-dingtalk");
  await succeed(stage, ["plugins", "doctor"]);
  const status = await succeed(stage, ["channels", "status", "--probe"]);
  expect(status.stdout).toMatch(/DingTalk default: .*running.*connected.*works/);
  expect(status.stdout).not.toContain(clientSecret);
  // A probe that subscribed to robot messages would take them away from the gateway.
  expect(stage.simulator.connections()).toHaveLength(1);
  expect(stage.simulator.violations()).toEqual([]);
});

test("runs linked from its stage folder and picks up a rebuild on reload [S2-03]", async () => {
  await using stage = await openStage();
  await stage.configure();
  const linked = join(stage.home.folder, "linked-plugin");
  await cp(join(PLUGIN_FOLDER, "stage"), linked, { recursive: true });
  await succeed(stage, ["plugins", "install", "-l", linked, "--force", "--accept-capabilities"]);
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  await editChannel(stage.home, { clientId, clientSecret, endpoints, ...EVERYBODY });

  const gateway = await start(stage);
  expect((await ask(stage, { from: "alice", text: "hello from the link" })).text).toContain(
    "hello from the link",
  );

  await rebuild(join(linked, "dist"));
  await succeed(stage, ["plugins", "reload", "dingtalk"]);
  await gateway.log.find(/joined DingTalk/, { timeoutMs: 90_000 });
  await untilConnected(stage.simulator, [clientId]);
  expect((await ask(stage, { from: "alice", text: "hello again" })).text).toContain("hello again");
});

/** A change that can be seen from outside. */
async function rebuild(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const code = await readFile(file, "utf8");
    await writeFile(file, code.replaceAll("connected to DingTalk", "joined DingTalk"));
  }
}

async function start(stage: Stage): Promise<Gateway> {
  const gateway = await stage.start();
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
  await untilConnected(stage.simulator, [stage.simulator.app.clientId]);
  return gateway;
}

async function succeed(stage: Stage, args: readonly string[]): Promise<CommandResult> {
  const result = await stage.home.run(args, { timeoutMs: 240_000 });
  expect(result.code, `openclaw ${args.join(" ")}\n${result.stdout}${result.stderr}`).toBe(0);
  return result;
}
