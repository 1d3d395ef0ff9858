import type { Gateway } from "@dingtalk-kit/example-demo";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";

import { loadRivals, writeRivalPlugin } from "../src/rival-plugin.ts";
import { ask, openStage, untilConnected, type Stage } from "../src/stage.ts";

const SHARED = { clientId: "dinge2erival0000001", clientSecret: "secret-of-the-shared-app" } as const;

// One gateway with three rivals: one with a channel of its own and an app of ours, one with our channel's id, and one
// with our plugin's id.
let stage: Stage;
let gateway: Gateway;

beforeAll(async () => {
  stage = await openStage({ simulator: { apps: [SHARED] } });
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  const open = { dmPolicy: "open", allowFrom: ["*"] };
  await stage.configure({
    enabled: true,
    endpoints,
    accounts: { own: { clientId, clientSecret, ...open }, shared: { ...SHARED, ...open } },
  });
  const config = await stage.home.readConfig();
  await stage.home.writeConfig({
    ...config,
    channels: {
      ...Object(config["channels"]),
      ddingtalk: { enabled: true, endpoints, ...SHARED },
    },
  });
  const { folder } = stage.home;
  const rivals = [
    { id: "ddingtalk", channelId: "ddingtalk" },
    { id: "other-dingtalk", channelId: "dingtalk" },
    { id: "dingtalk", channelId: "dingtalk" },
  ];
  const folders: Record<string, string> = {};
  for (const rival of rivals) folders[await writeRivalPlugin(folder, rival)] = rival.id;
  await loadRivals(stage.home, folders);
  gateway = await stage.start();
  await untilConnected(stage.simulator, [clientId, SHARED.clientId]);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(60)}`));
});

const linesWith = (pattern: RegExp): readonly string[] =>
  gateway.log.lines.filter((line) => pattern.test(line));

test("leaves the Stream to a rival channel with the same clientId, and says so once [S4-02]", async () => {
  await gateway.log.find(/\[shared\] not started: .*channels\.ddingtalk/);
  const lines = linesWith(/\[shared\]/);
  expect(lines, lines.join("\n")).toHaveLength(1);
  expect(lines[0]).toMatch(/config: .*same clientId.* Next: disable channels\.ddingtalk/);
  expect(linesWith(/rival ddingtalk has the Stream/)).toHaveLength(1);
  expect(stage.simulator.connections(SHARED.clientId)).toHaveLength(1);
});

test("keeps its channel beside rivals with the same channel id and the same plugin id, each named once [S2-02]", async () => {
  // The host itself gives the id to whoever comes first in `plugins.load.paths`, and names the other.
  expect(linesWith(/\[gateway\] .*duplicate plugin id .*plugin=dingtalk,/)).toHaveLength(1);
  expect(
    linesWith(/\[gateway\] .*channel already registered: dingtalk .*plugin=other-dingtalk,/),
  ).toHaveLength(1);
  expect(stage.simulator.connections(stage.simulator.app.clientId)).toHaveLength(1);
  const answer = await ask(stage, { from: "alice", text: "who answers?" });
  expect(answer.text).toContain("who answers?");
  expect(linesWith(/rival (other-dingtalk|dingtalk) has the Stream/)).toEqual([]);
});
