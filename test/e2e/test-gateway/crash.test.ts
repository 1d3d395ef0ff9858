import type { SaidMessage } from "dingtalk-simulator";
import { expect, test, vi } from "vitest";

import { AT_ONCE, openCrashStage, releasing } from "../src/crash-stage.ts";
import { allWell, printTally, tally } from "../src/tally.ts";

test("answers all of 20 people once, each in the card that was open, after kill -9 in the middle", async () => {
  await using stage = await openCrashStage(
    { simulator: { undeliverable: "hold" }, wordDelayMs: 60 },
    { messageType: "card" },
  );
  const { simulator, model } = stage;
  const gateway = await stage.startConnected();
  const said: Record<string, SaidMessage> = {};
  for (let i = 0; i < AT_ONCE; i += 1)
    said[`p${i}`] = await simulator.say({ from: `p${i}`, text: "#hold please" });
  await vi.waitFor(() => expect(model.held).toBe(AT_ONCE), { timeout: 180_000, interval: 200 });
  const open = simulator.cards().map(({ outTrackId }) => outTrackId);
  expect(open).toHaveLength(AT_ONCE);
  await gateway.kill();
  await stage.startConnected();
  const messages = Object.values(said);
  await releasing(stage, () =>
    vi.waitFor(() => expect(tally(simulator, messages)).toEqual(allWell(AT_ONCE)), {
      timeout: 240_000,
      interval: 200,
    }),
  ).finally(() => printTally("kill -9 with 20 answers under way, cards", simulator, said));
  expect(simulator.cards().map(({ outTrackId }) => outTrackId)).toEqual(open);
  expect(simulator.messages().filter(({ byRobot, kind }) => byRobot && kind === "message")).toEqual([]);
});
