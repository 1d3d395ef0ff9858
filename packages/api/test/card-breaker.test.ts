import { CardError } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import type { DingTalkApiOptions } from "../src/index.ts";
import { inTime, openApiDesk } from "./api-desk.ts";
import type { ApiDesk } from "./api-desk.ts";

const CREATE = "/v1.0/card/instances/createAndDeliver";
const STREAM = "/v1.0/card/streaming";
const BUSY = { status: 503, body: { code: "system.busy" } };
const BUSY_ERROR = { code: "DINGTALK_API", status: 503 };
const QPS = { status: 403, body: { code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" } };
const FIRST_PAUSE_MS = 30_000;

interface CardDesk extends ApiDesk {
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof createRecordingLogger>;
  /** Creates a card. @returns what became of it. */
  create(templateId?: string): Promise<unknown>;
  stream(outTrackId: string): Promise<unknown>;
}

async function openCardDesk(more: Partial<DingTalkApiOptions> = {}): Promise<CardDesk> {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const desk = await openApiDesk({ api: more, ports: { clock, log } });
  let ids = 0;
  const outcome = (work: Promise<unknown>): Promise<unknown> =>
    inTime(
      clock,
      work.then(
        () => "done",
        (error: unknown) => error,
      ),
    );
  return {
    ...desk,
    clock,
    log,
    create: (templateId = "382e4302-551d-4880-bf29-a30acfab2e71.schema") =>
      outcome(
        desk.api.cards.createAndDeliver({
          outTrackId: `card-${(ids += 1)}`,
          templateId,
          target: { kind: "user", staffId: "user01" },
          params: { flowStatus: "1" },
        }),
      ),
    stream: (outTrackId) =>
      outcome(
        desk.api.cards.stream({
          outTrackId,
          guid: `guid-${(ids += 1)}`,
          key: "msgContent",
          content: "hello",
          finalize: false,
          failed: false,
        }),
      ),
  };
}

test("refuses new cards at once after five failures in a row, and lets one probe after a pause that grows", async () => {
  await using desk = await openCardDesk();
  desk.simulator.failNext(CREATE, { ...BUSY, times: 6 });
  for (let failures = 0; failures < 5; failures += 1) expect(await desk.create()).toMatchObject(BUSY_ERROR);
  const refused = await desk.create();
  expect(refused).toMatchObject({
    code: "DINGTALK_CARD",
    retryable: false,
    status: 503,
    cause: { status: 503 },
  });
  expect(refused).toHaveProperty("retryAfterMs", FIRST_PAUSE_MS);
  expect(desk.countOf(CREATE)).toBe(5);

  await desk.clock.advance(FIRST_PAUSE_MS);
  expect(await desk.create()).toMatchObject(BUSY_ERROR);
  expect(await desk.create()).toMatchObject({ code: "DINGTALK_CARD" });
  expect(desk.countOf(CREATE)).toBe(6);

  await desk.clock.advance(FIRST_PAUSE_MS);
  expect(await desk.create()).toMatchObject({ code: "DINGTALK_CARD" });
  await desk.clock.advance(FIRST_PAUSE_MS);
  expect(await desk.create()).toBe("done");
  expect(await desk.create()).toBe("done");
  expect(desk.log.lines.map(({ level }) => level)).toEqual(["warn", "info"]);
});

test("no pause grows longer than the longest, and after a card that worked the next one is short again", async () => {
  await using desk = await openCardDesk({ longestCardPauseMs: 70_000 });
  const pauseAfterFailure = async (): Promise<unknown> => {
    await desk.create();
    const refused = await desk.create();
    return refused instanceof CardError ? refused.retryAfterMs : refused;
  };
  desk.simulator.failNext(CREATE, { ...BUSY, times: 8 });
  for (let failures = 0; failures < 4; failures += 1) await desk.create();
  const pauses = [await pauseAfterFailure()];
  for (const pauseMs of [30_000, 60_000, 70_000]) {
    await desk.clock.advance(pauseMs);
    pauses.push(await pauseAfterFailure());
  }
  expect(pauses).toEqual([30_000, 60_000, 70_000, 70_000]);
  await desk.clock.advance(70_000);
  expect(await desk.create()).toBe("done");

  desk.simulator.failNext(CREATE, { ...BUSY, times: 5 });
  for (let failures = 0; failures < 4; failures += 1) await desk.create();
  expect(await pauseAfterFailure()).toBe(30_000);
});

test("only one card probes at a time", async () => {
  await using desk = await openCardDesk();
  desk.simulator.failNext(CREATE, { ...BUSY, times: 5 });
  for (let failures = 0; failures < 5; failures += 1) await desk.create();
  await desk.clock.advance(FIRST_PAUSE_MS);
  const outcomes = await Promise.all([desk.create(), desk.create(), desk.create()]);
  expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
  expect(await desk.create()).toBe("done");
});

test("cards that can be created but not streamed into open it, and a frame that works closes it", async () => {
  await using desk = await openCardDesk();
  await desk.create();
  desk.simulator.failNext(STREAM, { ...BUSY, times: 10 });
  for (let failures = 0; failures < 5; failures += 1) {
    await desk.stream("card-1");
    if (failures < 4) expect(await desk.create()).toBe("done");
  }
  expect(await desk.create()).toMatchObject({ code: "DINGTALK_CARD" });
  expect(await desk.stream("card-1")).toBe("done");
  expect(await desk.create()).toBe("done");
});

test("calls that are throttled together count once", async () => {
  await using desk = await openCardDesk();
  for (let cards = 1; cards <= 12; cards += 1) await desk.create();
  await desk.clock.advance(10_000);
  desk.simulator.failNext(STREAM, { ...QPS, times: 12 });
  const cards = Array.from({ length: 12 }, (_item, index) => `card-${index + 1}`);
  await Promise.all(cards.map((outTrackId) => desk.stream(outTrackId)));
  expect(desk.countOf(STREAM)).toBe(12);
  expect(await desk.create()).toBe("done");
});

test("a refusal for a reason is no failure: DingTalk works", async () => {
  await using desk = await openCardDesk();
  desk.simulator.failNext(CREATE, { ...BUSY, times: 4 });
  for (let failures = 0; failures < 4; failures += 1) await desk.create();
  for (let refusals = 0; refusals < 10; refusals += 1) {
    expect(await desk.create("missing.schema")).toMatchObject({ platformCode: "param.templateNotExist" });
  }
  desk.simulator.failNext(CREATE, { ...BUSY, times: 4 });
  for (let failures = 0; failures < 4; failures += 1) await desk.create();
  expect(await desk.create()).toBe("done");
});
