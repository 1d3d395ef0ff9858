import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { freePort, type Gateway } from "@dingtalk-kit/example-demo";
import { createTestCa } from "dingtalk-simulator/testing";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";

import { createAuthority } from "../../../packages/net/test/certificates.ts";
import {
  openSquid,
  openTinyproxy,
  squid,
  tinyproxy,
  type RealProxy,
} from "../../../packages/net/test/real-proxy.ts";
import { ask, openStage, untilConnected, type Stage } from "../src/stage.ts";

/** One robot for each way through, or not through, a proxy. */
const APPS = {
  tinyproxy: { clientId: "dinge2etinyproxy001", clientSecret: "secret-of-the-tinyproxy-app", name: "tiny" },
  stranger: { clientId: "dinge2estranger0001", clientSecret: "secret-of-the-stranger-app", name: "stranger" },
  squid: { clientId: "dinge2esquid0000001", clientSecret: "secret-of-the-squid-app", name: "squid" },
  naive: { clientId: "dinge2enaive0000001", clientSecret: "secret-of-the-naive-app", name: "naive" },
} as const;
type App = (typeof APPS)[keyof typeof APPS];

const stack = new AsyncDisposableStack();
let stage: Stage;
let gateway: Gateway;
/** Where the simulator listens. */
let at: number;
let tiny: RealProxy | undefined;
let bumping: RealProxy | undefined;

/** `host` is where its calls go; the WebSocket is at `localhost`. A proxy's log tells the one from the other. */
function account(app: App, host: string, way: { readonly proxy: string; readonly caFile: string }): object {
  const { clientId, clientSecret } = app;
  const url = `https://${host}:${at}`;
  const endpoints = { api: url, oapi: url };
  // The alert about many failures would be a second line, on a slow machine within the test.
  const patience = { maxConnectionAttempts: 1_000 };
  return { clientId, clientSecret, ...way, ...patience, endpoints, dmPolicy: "open", allowFrom: ["*"] };
}

async function accountsOfTinyproxy(caFile: string): Promise<object> {
  tiny = stack.use(await openTinyproxy("company", "hunter2", at));
  const proxy = `127.0.0.1:${tiny.port}`;
  const through = (user: string): { proxy: string; caFile: string } => ({
    proxy: `http://${user}@${proxy}`,
    caFile,
  });
  return {
    tinyproxy: account(APPS.tinyproxy, "127.0.0.1", through("company:hunter2")),
    stranger: account(APPS.stranger, "127.0.0.1", through("company:wrong-horse")),
  };
}

async function accountsOfSquid(trusted: string, caFile: string): Promise<object> {
  const company = await createAuthority("Company CA");
  const companyFile = join(stage.home.folder, "company-ca.pem");
  await writeFile(companyFile, company.cert);
  bumping = stack.use(await openSquid({ authority: company, trusted, names: ["localhost"] }));
  const proxy = `http://127.0.0.1:${bumping.port}`;
  return {
    // It does not trust DingTalk's own authority: what it accepts can only come from squid.
    squid: account(APPS.squid, "localhost", { proxy, caFile: companyFile }),
    naive: account(APPS.naive, "localhost", { proxy, caFile }),
  };
}

beforeAll(async () => {
  const ca = stack.use(await createTestCa());
  at = await freePort();
  const websocketUrl = `wss://localhost:${at}/connect`;
  const simulator = { tls: ca.tls, port: at, websocketUrl, apps: Object.values(APPS) };
  stage = stack.use(await openStage({ simulator }));
  const accounts = {
    ...(!tinyproxy.mayBeSkipped && (await accountsOfTinyproxy(ca.caFile))),
    ...(!squid.mayBeSkipped && (await accountsOfSquid(ca.caCertPem, ca.caFile))),
  };
  await stage.configure({ enabled: true, messageType: "card", accounts });
  gateway = await stage.start();
});

afterAll(() => stack[Symbol.asyncDispose]());

beforeEach(() => {
  onTestFailed(() => console.log(`the gateway's last lines:\n${gateway.log.tail(40)}`));
});

async function expectCard({ clientId }: App): Promise<void> {
  await untilConnected(stage.simulator, [clientId]);
  const answer = await ask(stage, { clientId, from: "alice", text: "which way?" });
  expect(answer).toMatchObject({ kind: "card", state: "FINISHED" });
  expect(answer.text).toContain("You wrote **which way?**.");
  expect(answer.history.length).toBeGreaterThan(2);
  expect(stage.simulator.violations()).toEqual([]);
}

/** The one line about an account that cannot get through. */
async function onlyLine(name: string): Promise<string> {
  const line = await gateway.log.find(new RegExp(`\\[${name}\\] Failed to establish`));
  const lines = gateway.log.lines.filter((other) => other.includes(`[${name}] `));
  expect(lines, lines.join("\n")).toHaveLength(1);
  return line;
}

test.skipIf(tinyproxy.mayBeSkipped)(
  "a proxy with credentials: a card answers through it, calls and WebSocket alike [S0-71]",
  async () => {
    await expectCard(APPS.tinyproxy);
    const log = await tiny?.log();
    expect(log).toContain(`CONNECT 127.0.0.1:${at}`);
    expect(log).toContain(`CONNECT localhost:${at}`);
  },
);

test.skipIf(tinyproxy.mayBeSkipped)(
  "a wrong proxy password: one line names the stage, the proxy's answer and what to check",
  async () => {
    const line = await onlyLine("stranger");
    expect(line).toMatch(
      /\[connect\.open\] .*\(proxy\): it refused the credentials in the proxy's URL.* Next: .*proxy/,
    );
    expect(gateway.log.lines.join("\n")).not.toMatch(/hunter2|wrong-horse/);
    expect(stage.simulator.connections(APPS.stranger.clientId)).toEqual([]);
  },
);

test.skipIf(squid.mayBeSkipped)(
  "a proxy that opens TLS: with its CA in caFile a card answers through it, calls and WebSocket alike [S0-71]",
  async () => {
    await expectCard(APPS.squid);
    // What it saw inside the tunnels. The WebSocket is noted when it ends.
    expect(await bumping?.log()).toContain(
      `POST https://localhost:${at}/v1.0/card/instances/createAndDeliver`,
    );
  },
);

test.skipIf(squid.mayBeSkipped)(
  "a proxy that opens TLS and whose CA nobody trusts: one line says so and how to trust it",
  async () => {
    const line = await onlyLine("naive");
    expect(line).toMatch(/\[connect\.open\] .*\(tls\).* Next: .*caFile/);
    expect(stage.simulator.connections(APPS.naive.clientId)).toEqual([]);
  },
);
