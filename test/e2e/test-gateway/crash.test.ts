import type { Gateway } from "@dingtalk-kit/example-demo";
import type { SaidMessage } from "dingtalk-simulator";
import { expect, onTestFailed, test, vi } from "vitest";

import { openStage, untilConnected, type Stage } from "../src/stage.ts";

const PEOPLE = 20;

function failedLog(gateways: readonly Gateway[]): void {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateways.at(-1)?.log.tail(60)}`));
}

async function configure(stage: Stage, messageType: "card" | "markdown"): Promise<void> {
  const { app, endpoints } = stage.simulator;
  await stage.configure({
    enabled: true,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    endpoints,
    messageType,
    dmPolicy: "open",
    allowFrom: ["*"],
    initialReconnectDelay: 200,
    maxReconnectDelay: 1_000,
    maxConcurrentTurns: PEOPLE,
  });
}

test("answers all of 20 people once, each in the card that was open, after kill -9 in the middle", async () => {
  await using stage = await openStage({
    simulator: { undeliverable: "hold" },
    wordDelayMs: 60,
    concurrency: PEOPLE,
  });
  const { simulator, model } = stage;
  await configure(stage, "card");
  const gateways = [await stage.start()];
  failedLog(gateways);
  await untilConnected(simulator, [simulator.app.clientId]);
  const said: SaidMessage[] = [];
  for (let i = 0; i < PEOPLE; i += 1) said.push(await simulator.say({ from: `p${i}`, text: "#hold please" }));
  await vi.waitFor(() => expect(model.held).toBe(PEOPLE), { timeout: 180_000, interval: 200 });
  const open = simulator.cards().map(({ outTrackId }) => outTrackId);
  expect(open).toHaveLength(PEOPLE);
  await gateways[0]?.kill();
  model.release();
  gateways.push(await stage.start());
  await untilConnected(simulator, [simulator.app.clientId]);
  const again = setInterval(() => model.release(), 500);
  try {
    const answers = await Promise.all(said.map((one) => simulator.answer(one, { timeoutMs: 240_000 })));
    for (const answer of answers) {
      expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
      expect(answer.text).toContain("it has been answering ever since.");
    }
  } finally {
    clearInterval(again);
  }
  expect(simulator.cards().map(({ outTrackId }) => outTrackId)).toEqual(open);
  expect(simulator.messages().filter(({ byRobot, kind }) => byRobot && kind === "message")).toEqual([]);
  expect(simulator.ledger().map(({ outcome }) => outcome)).toEqual(said.map(() => "answered-once"));
}, 600_000);
