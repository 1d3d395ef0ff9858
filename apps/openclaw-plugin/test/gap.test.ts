import { silentLogger } from "@dingtalk-kit/protocol";
import { createStreamClient } from "@dingtalk-kit/stream";
import { openSimulator } from "dingtalk-simulator";
import { expect, test, vi } from "vitest";

import { resolveAccount } from "../src/accounts.ts";
import { createHostLogger } from "../src/log.ts";
import { createServices, credentialsOf } from "../src/services.ts";
import { connectionFacts, createStatusReporter } from "../src/stream-status.ts";

const OPEN = "/v1.0/gateway/connections/open";

test("names the gap in the host's status and in one line of its log when DingTalk loses what came meanwhile", async () => {
  await using simulator = await openSimulator({ undeliverable: "lose" });
  const { clientId, clientSecret } = simulator.app;
  const dingtalk = { clientId, clientSecret, endpoints: simulator.endpoints };
  const account = resolveAccount({ channels: { dingtalk } });
  await using services = createServices(account, silentLogger);
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const log = createHostLogger(
    { info: write, warn: write, error: write },
    { accountId: "default", debug: false },
  );
  let snapshot = { accountId: "default" };
  const onStatus = createStatusReporter((patch) => (snapshot = { ...snapshot, ...patch }));
  const delays = { initialReconnectDelayMs: 100, maxReconnectDelayMs: 200 };
  await using client = createStreamClient(
    { ...credentialsOf(account), endpoints: simulator.endpoints, ...delays, onStatus },
    { net: services.net },
    { log },
  );
  const running = (async (): Promise<void> => {
    for await (const inbound of client) inbound.ack();
  })();
  await vi.waitFor(() => expect(snapshot).toMatchObject({ connected: true, gaps: [] }));

  const outage = simulator.fault({ kind: "call.answer", status: 503, where: { path: OPEN } });
  simulator.dropSockets();
  await vi.waitFor(() =>
    expect(snapshot).toMatchObject({ connected: false, downSinceMs: expect.any(Number) }),
  );
  const { downSinceMs } = connectionFacts(snapshot);
  expect(await (await simulator.say("lost")).delivered).toMatchObject({ acked: false });
  outage.lift();
  await vi.waitFor(() => expect(snapshot).toMatchObject({ connected: true, reconnects: 1 }), 30_000);

  expect(connectionFacts(snapshot)).toMatchObject({
    downSinceMs: null,
    gaps: [{ startedAtMs: downSinceMs, durationMs: expect.any(Number) }],
  });
  const named = lines.filter((line) => line.includes("No connection to DingTalk for"));
  expect(named, lines.join("\n")).toHaveLength(1);
  expect(named[0]).toContain(new Date(downSinceMs ?? 0).toISOString());
  expect(simulator.ledger().map(({ outcome }) => outcome)).toEqual(["lost"]);

  await client[Symbol.asyncDispose]();
  await running;
});
