import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";

import { expect, test } from "vitest";

import { freePort, GatewayError, openGateway } from "../src/gateway.ts";
import { openHome } from "../src/openclaw-home.ts";

test("refuses a busy port before it starts anything", async () => {
  const server = createServer();
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  await using home = await openHome();
  await expect(openGateway(home, { port })).rejects.toThrow(`port ${port} of 127.0.0.1 is busy`);
  server.close();
});

test("keeps a home apart from the caller's and deletes it at the end", async () => {
  const home = await openHome();
  expect(home.env).toMatchObject({ OPENCLAW_STATE_DIR: `${home.folder}/state`, HOME: `${home.folder}/home` });
  expect(Object.keys(home.env).filter((name) => /^(DINGTALK_|VITEST|NODE_OPTIONS)/.test(name))).toEqual([]);
  await home.writeConfig({ gateway: { mode: "local" } });
  expect(await home.readConfig()).toEqual({ gateway: { mode: "local" } });
  await home[Symbol.asyncDispose]();
  expect(existsSync(home.folder)).toBe(false);
});

test("says how the gateway ended, with its last lines, when it does not start", async () => {
  await using home = await openHome();
  const port = await freePort();
  await home.writeConfig({ gateway: { mode: "local", bind: "lan", auth: { mode: "none" } } });
  const start = openGateway(home, { port, startTimeoutMs: 100_000 });
  await expect(start).rejects.toThrow(GatewayError);
  await expect(start).rejects.toThrow(/ended with exit code [\s\S]*without auth/);
}, 120_000);
