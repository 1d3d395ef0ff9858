import {
  ApiError,
  RateLimitError,
  type SendReceipt,
  type Target,
  TimeoutError,
} from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { createReplyPort } from "../src/reply-port.ts";

const message = { kind: "text", text: "secret" } as const;
const user: Target = { kind: "user", staffId: "staff-1" };
const receipt = (route: SendReceipt["route"]): SendReceipt => ({ route, processQueryKey: undefined });

interface DeskOptions {
  readonly livesMs?: number | undefined;
  readonly webhook?: boolean;
  readonly target?: Target | undefined;
  /** The webhook's errors, call by call. */
  readonly errors?: readonly (Error | undefined)[];
}

function openDesk({ livesMs, webhook = true, errors = [], ...rest }: DeskOptions = {}) {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const routes: string[] = [];
  const queue = [...errors];
  const expiresAtMs = livesMs === undefined ? undefined : clock.nowMs() + livesMs;
  const port = createReplyPort(
    {
      sessionWebhook: webhook ? { url: "https://oapi.example/x", expiresAtMs } : undefined,
      target: "target" in rest ? rest.target : user,
      webhook: {
        async send(url) {
          routes.push(url);
          const error = queue.shift();
          if (error !== undefined) throw error;
          return receipt("session-webhook");
        },
      },
      robot: {
        async send(target) {
          routes.push(target.kind);
          return receipt("robot-api");
        },
      },
    },
    { clock, log },
  );
  return { port, clock, log, routes };
}

const gone = (): Error => new ApiError("session 不存在", { status: 200, platformCode: "300001" });
const late = (): Error => new TimeoutError("late", { timeoutMs: 1, stage: "http" });
const url = "https://oapi.example/x";

test("answers by the session webhook while it lives, also when DingTalk did not say how long", async () => {
  for (const livesMs of [undefined, 5_400_000]) {
    const { port, routes } = openDesk({ livesMs });
    expect(await port.send(message)).toEqual(receipt("session-webhook"));
    expect(routes).toEqual([url]);
  }
});

test("goes by OpenAPI from a minute before the webhook expires", async () => {
  const { port, clock, routes } = openDesk({ livesMs: 100_000 });
  await clock.advance(39_999);
  await port.send(message);
  await clock.advance(1);
  expect(await port.send(message)).toEqual(receipt("robot-api"));
  expect(routes).toEqual([url, "user"]);
});

test("goes by OpenAPI when the message brought no webhook", async () => {
  const { port, routes } = openDesk({ webhook: false, target: { kind: "group", conversationId: "cid" } });
  await port.send(message);
  expect(routes).toEqual(["group"]);
});

test("learns from 300001 that the session is gone, and does not ask it again", async () => {
  const { port, clock, routes, log } = openDesk({ errors: [gone()] });
  await port.send(message);
  await clock.advance(1_000_000);
  await port.send(message);
  expect(routes).toEqual([url, "user", "user"]);
  expect(log.lines).toHaveLength(1);
  expect(JSON.stringify(log.lines)).not.toContain("secret");
});

test("leaves a throttled webhook alone as long as DingTalk asks", async () => {
  const throttled = new RateLimitError("slow", {
    status: 200,
    platformCode: "410100",
    retryAfterMs: 600_000,
  });
  const { port, clock, routes } = openDesk({ errors: [throttled] });
  await port.send(message);
  await clock.advance(599_999);
  await port.send(message);
  await clock.advance(1);
  await port.send(message);
  expect(routes).toEqual([url, "user", "user", url]);
});

test("does not say it twice when it is open whether the message arrived", async () => {
  for (const error of [late(), new ApiError("busy", { status: 500 }), new TypeError("bug")]) {
    const { port, routes } = openDesk({ errors: [error] });
    await expect(port.send(message)).rejects.toBe(error);
    expect(routes).toEqual([url]);
  }
});

test("calls a failure repeatable only where DingTalk would know the message again", async () => {
  const named = { ...message, idempotencyId: "m1/0" };
  const errors = [late(), late(), gone()];
  const { port } = openDesk({ target: undefined, errors });
  await expect(port.send(named)).rejects.toBe(errors[0]);
  await expect(port.send(message)).rejects.toBe(errors[1]);
  await expect(port.send(named)).rejects.toBe(errors[2]);
  expect(errors.map((error) => port.repeatable?.(error))).toEqual([true, false, false]);
  expect(port.repeatable?.(late())).toBe(false);
});

test("has only the webhook for somebody without staff id", async () => {
  const { port, routes } = openDesk({ target: undefined, errors: [undefined, gone()] });
  await port.send(message);
  await expect(port.send(message)).rejects.toMatchObject({ platformCode: "300001" });
  await expect(port.send(message)).rejects.toMatchObject({ code: "DINGTALK_CONFIG" });
  expect(routes).toEqual([url, url]);
});
