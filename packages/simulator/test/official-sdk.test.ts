import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { createManualClock } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator } from "dingtalk-simulator";
import { createTestCa, realNameEnvironment, realNameOptions } from "dingtalk-simulator/testing";
import { expect, test } from "vitest";

const bot = fileURLToPath(new URL("./official-sdk-bot.ts", import.meta.url));

interface Running extends AsyncDisposable {
  readonly output: readonly string[];
}

/** The official SDK in a process of its own: its files are as npm brought them, its hosts are the real names. */
function startOfficialSdk(environment: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [bot], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  const exited = once(child, "exit");
  return {
    output,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

const hostsOf = (simulator: Simulator, path: string): readonly (string | undefined)[] => [
  ...new Set(simulator.calls(path).map(({ host }) => host)),
];

test("the official dingtalk-stream SDK, unmodified and under DingTalk's real names, works against it", async () => {
  const clock = createManualClock(Date.now());
  await using ca = await createTestCa();
  await using simulator = await openSimulator(
    // `hold`: what is said before the SDK is connected waits for it.
    { ...realNameOptions(ca), undeliverable: "hold" },
    { clock },
  );
  await using sdk = startOfficialSdk({
    ...realNameEnvironment(simulator, ca),
    DINGTALK_CLIENT_ID: simulator.app.clientId,
    DINGTALK_CLIENT_SECRET: simulator.app.clientSecret,
  });

  const first = await simulator.say("hello");
  expect(await simulator.answer(first)).toMatchObject({ text: "echo: hello", route: "session-webhook" });
  expect(await first.delivered).toMatchObject({ acked: true, code: 200, attempts: 1 });
  expect(hostsOf(simulator, "/v1.0/gateway/connections/open")).toEqual(["api.dingtalk.com"]);
  expect(hostsOf(simulator, "/gettoken")).toEqual(["oapi.dingtalk.com"]);
  expect(hostsOf(simulator, "/robot/sendBySession")).toEqual(["oapi.dingtalk.com"]);

  const inGroup = await simulator.say({ text: "status", conversation: "cidGroupAAAA==" });
  expect(await simulator.answer(inGroup)).toMatchObject({ text: "echo:  status" });

  expect(await simulator.emitEvent({ type: "chat_add_member" })).toMatchObject({
    acked: true,
    data: '{"status":"SUCCESS"}',
  });
  await answersCardCallback(simulator);
  await answersPing(simulator, clock);
  await reconnectsAfterRotation(simulator, clock);

  expect(simulator.violations()).toEqual([]);
  expect(sdk.output.join("")).not.toContain("ERROR");
});

async function answersCardCallback(simulator: Simulator): Promise<void> {
  const said = await simulator.say("card, please");
  expect(await said.delivered).toMatchObject({ acked: true });
  const clicked = await simulator.click({ outTrackId: "sdk-card", actionIds: ["yes"] });
  expect(clicked).toMatchObject({ acked: true, code: 200 });
  expect(simulator.cards()[0]?.params).toEqual({ title: "clicked sdk-card", markdown: "yes or no?" });
}

/** The ping and what is said after it go down one socket, so the echo of the ping is here before the ack is. */
async function answersPing(simulator: Simulator, clock: ManualClock): Promise<void> {
  await clock.advance(30_000);
  const said = await simulator.say("still there?");
  expect(await said.delivered).toMatchObject({ acked: true });
  expect(simulator.connections()[0]).toMatchObject({ pings: { sent: 1, answered: 1 } });
}

async function reconnectsAfterRotation(simulator: Simulator, clock: ManualClock): Promise<void> {
  const before = simulator.connections()[0]?.connectionId;
  simulator.disconnect();
  expect(simulator.connections()[0]?.state).toBe("draining");
  const said = await simulator.say("after the rotation");
  await clock.advance(10_000);
  expect(await said.delivered).toMatchObject({ acked: true, attempts: 1 });
  expect(simulator.connections().map(({ connectionId }) => connectionId)).not.toContain(before);
}
