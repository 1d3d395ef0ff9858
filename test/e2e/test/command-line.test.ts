import type { CommandResult } from "@dingtalk-kit/example-demo";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openStage, type Stage } from "../src/stage.ts";

// Commands that other documents give and the host does not have, and what does it instead. No gateway is needed.
let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  await stage.configure({ enabled: true, endpoints, clientId, clientSecret });
});

afterAll(() => stage?.[Symbol.asyncDispose]());

async function refused(args: readonly string[]): Promise<string> {
  const result = await stage.home.run(args);
  expect(result.code, result.stdout).toBe(1);
  return result.stderr;
}

async function succeed(args: readonly string[]): Promise<CommandResult> {
  const result = await stage.home.run(args);
  expect(result.code, result.stderr).toBe(0);
  return result;
}

test("sets single keys with `config set`; `channels add <key> <value>` is refused and changes nothing [S2-27]", async () => {
  const before = await stage.home.readConfig();
  const args = ["channels", "add", "channels.dingtalk.clientId", "dingAnother"];
  expect(await refused(args)).toContain("Too many arguments");
  expect(await stage.home.readConfig()).toEqual(before);

  const keys = { clientId: "ding4711", clientSecret: "secret4711", agentId: "4711", corpId: "corp4711" };
  const batch = Object.entries(keys).map(([key, value]) => ({ path: `channels.dingtalk.${key}`, value }));
  await succeed(["config", "set", "--batch-json", JSON.stringify(batch)]);
  const { channels } = await stage.home.readConfig();
  expect(channels).toMatchObject({ dingtalk: keys });
  await stage.home.writeConfig(before);
});

test("sends with --channel, --target and -m, Markdown as Markdown; `--to dingtalk` and `--action` are refused [S3-22 S3-23]", async () => {
  expect(await refused(["message", "send", "--to", "dingtalk", "hello"])).toContain("--target");
  const send = ["message", "send", "--channel", "dingtalk", "--target", "user:henry"];
  expect(await refused([...send, "--action", "markdown", "-m", "# Hello"])).toContain("--action");
  expect(stage.simulator.messages()).toEqual([]);

  await succeed([...send, "-m", "# Hello\n\n**bold**"]);
  const shown = stage.simulator.messages();
  expect(shown.map(({ msgtype, text }) => ({ msgtype, text }))).toEqual([
    { msgtype: "markdown", text: "# Hello\n\n**bold**" },
  ]);
});
