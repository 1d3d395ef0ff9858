import { once } from "node:events";
import http from "node:http";

import { createNet } from "@dingtalk-kit/net";
import { createManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createDingTalkApi } from "../src/index.ts";
import { TOKEN_PATH, openApiDesk } from "./api-desk.ts";

interface TokenServer extends AsyncDisposable {
  readonly url: string;
  /** Answers for the next calls, in order; after them `{"accessToken":"token-n","expireIn":7200}`. */
  readonly answers: { readonly status: number; readonly body: unknown }[];
  calls(): number;
}

async function openTokenServer(): Promise<TokenServer> {
  let calls = 0;
  const answers: { status: number; body: unknown }[] = [];
  const server = http.createServer((request, response) => {
    request.resume();
    calls += 1;
    const { status, body } = answers.shift() ?? {
      status: 200,
      body: { accessToken: `token-${calls}`, expireIn: 7_200 },
    };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    answers,
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const app = { clientId: "dingexampleapp01", clientSecret: "very-secret" };

test("fetches one token for everybody who asks at once, and keeps it [S2-76 S2-85]", async () => {
  await using desk = await openApiDesk();
  const tokens = await Promise.all(Array.from({ length: 20 }, () => desk.api.token.get()));
  expect(new Set(tokens).size).toBe(1);
  expect(await desk.api.token.get()).toBe(tokens[0]);
  expect(desk.countOf(TOKEN_PATH)).toBe(1);
});

test("renews the token five minutes before its end", async () => {
  await using server = await openTokenServer();
  const clock = createManualClock();
  await using net = createNet();
  const api = createDingTalkApi({ ...app, endpoints: { api: server.url } }, { net }, { clock });
  expect(await api.token.get()).toBe("token-1");
  await clock.advance(7_200_000 - 300_001);
  expect(await api.token.get()).toBe("token-1");
  await clock.advance(1);
  expect(await api.token.get()).toBe("token-2");
});

test("lives with the old token while a renewal fails, and not a moment longer than it lasts", async () => {
  await using server = await openTokenServer();
  const clock = createManualClock();
  await using net = createNet();
  const api = createDingTalkApi({ ...app, endpoints: { api: server.url } }, { net }, { clock });
  await api.token.get();
  await clock.advance(7_000_000);
  server.answers.push({ status: 503, body: {} }, { status: 503, body: {} });
  expect(await api.token.get()).toBe("token-1");
  await clock.advance(200_000);
  await expect(api.token.get()).rejects.toMatchObject({ status: 503, stage: "token" });
  expect(await api.token.get()).toBe("token-4");
});

test("takes a token whose life DingTalk does not tell", async () => {
  await using server = await openTokenServer();
  const clock = createManualClock();
  await using net = createNet();
  const api = createDingTalkApi({ ...app, endpoints: { api: server.url } }, { net }, { clock });
  server.answers.push({ status: 200, body: { accessToken: "plain" } });
  await api.token.get();
  await clock.advance(6_000_000);
  expect(await api.token.get()).toBe("plain");
});

test("stops only the waiting of the one who aborts", async () => {
  await using desk = await openApiDesk({ simulator: { latencyMs: { [TOKEN_PATH]: 50 } } });
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const impatient = desk.api.token.get(controller.signal);
  const patient = desk.api.token.get();
  controller.abort(reason);
  await expect(impatient).rejects.toBe(reason);
  expect(await patient).not.toBe("");
  expect(desk.countOf(TOKEN_PATH)).toBe(1);
});

test("tells wrong credentials, and never the secret", async () => {
  await using desk = await openApiDesk({ api: { clientSecret: "wrong-secret-0123456789" } });
  const failed = desk.api.token.get();
  await expect(failed).rejects.toMatchObject({ code: "DINGTALK_AUTH", stage: "token", retryable: false });
  await expect(failed).rejects.not.toThrow(/wrong-secret/);
  expect(desk.countOf(TOKEN_PATH)).toBe(1);
});

test("tells the wrong App Key of the seeds' error table [S1-31]", async () => {
  await using server = await openTokenServer();
  server.answers.push({
    status: 401,
    body: { code: "InvalidAppKey", message: "app key is invalid", requestid: "r1" },
  });
  await using net = createNet();
  const api = createDingTalkApi({ ...app, endpoints: { api: server.url } }, { net });
  await expect(api.token.get()).rejects.toMatchObject({
    code: "DINGTALK_AUTH",
    status: 401,
    platformCode: "InvalidAppKey",
    requestId: "r1",
  });
});

test("replaces a refused token once for all calls that failed with it", async () => {
  await using desk = await openApiDesk({ simulator: { tokenRefusalStatus: 400 } });
  await desk.api.token.get();
  desk.simulator.expireTokens();
  const target = { kind: "user", staffId: "user01" } as const;
  await Promise.all(
    Array.from({ length: 10 }, (_item, index) =>
      desk.api.robot.send(target, { kind: "text", text: `m${index}` }),
    ),
  );
  expect(desk.simulator.messages().filter((message) => message.byRobot)).toHaveLength(10);
  expect(desk.countOf(TOKEN_PATH)).toBe(2);
});

test("repeats a call only once when the new token is refused as well", async () => {
  await using desk = await openApiDesk({ simulator: { tokenRefusalStatus: 401 } });
  const path = "/v1.0/robot/oToMessages/batchSend";
  desk.simulator.failNext(path, { status: 401, body: { code: "unauthorized", message: "no" }, times: 5 });
  const sent = desk.api.robot.send({ kind: "user", staffId: "user01" }, { kind: "text", text: "hi" });
  await expect(sent).rejects.toMatchObject({ code: "DINGTALK_AUTH" });
  expect(desk.countOf(path)).toBe(2);
});
