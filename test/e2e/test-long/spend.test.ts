import { expect, test } from "vitest";

import { ask, openStage, untilConnected } from "../src/stage.ts";

test("limits.sender.spend: OpenClaw tells what an answer used up, and who used up too much is told so", async () => {
  await using stage = await openStage();
  const { app, endpoints } = stage.simulator;
  const { clientId, clientSecret } = app;
  await stage.configure({
    clientId,
    clientSecret,
    endpoints,
    messageType: "card",
    dmPolicy: "open",
    allowFrom: ["*"],
    limits: { sender: { spend: { max: 1, perMs: 3_600_000 } } },
  });
  await stage.start();
  await untilConnected(stage.simulator, [clientId]);
  const first = await ask(stage, { from: "alice", text: "hello there" });
  expect(first.text).toContain("hello there");
  const second = await ask(stage, { from: "alice", text: "and once more" });
  expect(second.text).toMatch(/used up what this robot may spend on you/);
  const other = await ask(stage, { from: "bob", text: "hello from bob" });
  expect(other.text).toContain("hello from bob");
});
