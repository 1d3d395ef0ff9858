import type { SaidMessage } from "dingtalk-simulator";
import { expect, test, vi } from "vitest";

import { openCrashStage, releasing } from "../src/crash-stage.ts";
import { allWell, printTally, tally } from "../src/tally.ts";

const SOON = { timeout: 60_000, interval: 50 };
const IN_TIME = { timeout: 240_000, interval: 200 };
const LIFT = ["gateway", "call", "channels.start", "--params", '{"channel":"dingtalk"}'];

test("after three unclean starts the host keeps the channel down: status says how to lift that, and nothing is lost", async () => {
  await using stage = await openCrashStage(
    { simulator: { undeliverable: "hold", holdMs: 600_000 } },
    { messageType: "card" },
  );
  const { simulator, model } = stage;
  const said: Record<string, SaidMessage> = {};
  for (const start of ["first", "second", "third"]) {
    const gateway = await stage.startConnected();
    said[`said to the ${start}`] = await simulator.say({ from: start, text: "#hold" });
    await vi.waitFor(() => expect(model.held).toBeGreaterThanOrEqual(1), SOON);
    await gateway.kill();
    await vi.waitFor(() => expect(model.held).toBe(0), SOON);
  }
  const gateway = await stage.start();
  await gateway.log.find(/channel autostart suppressed by crash-loop breaker/);
  said["said to nobody"] = await simulator.say({ from: "nobody", text: "is anybody there?" });
  expect(simulator.connections()).toEqual([]);
  const status = await stage.home.run(["channels", "status"]);
  expect(status.stdout).toContain(`openclaw ${LIFT.slice(0, 3).join(" ")}`);

  const lifted = await stage.home.run(LIFT);
  expect(lifted, lifted.stderr).toMatchObject({ code: 0 });
  const messages = Object.values(said);
  await releasing(stage, () =>
    vi.waitFor(() => expect(tally(simulator, messages)).toEqual(allWell(messages.length)), IN_TIME),
  ).finally(() => printTally("kept down by the crash-loop breaker", simulator, said));
  expect(simulator.cards()).toHaveLength(messages.length);
});
