import { createApiLimits, createDingTalkApi } from "@dingtalk-kit/api";
import type { DingTalkApi } from "@dingtalk-kit/api";
import { createNet } from "@dingtalk-kit/net";
import type { Target } from "@dingtalk-kit/protocol";
import { createManualClock, createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { ManualClock } from "@dingtalk-kit/protocol/testing";
import { openSimulator } from "dingtalk-simulator";
import type { Simulator, SimulatorOptions } from "dingtalk-simulator";
import { createReply } from "../src/reply.ts";
import type { ReplyOutcome } from "../src/reply.ts";
import { resolveCardTemplate } from "../src/template.ts";

const STEP_MS = 20;

const busy = { status: 503, headers: {}, text: "", json: () => ({ code: "system.busy" }) };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** DingTalk, the API client and the replies on one clock, which moves only while no call is under way. */
export interface World extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof createRecordingLogger>;
  /** A process of its own: nothing is shared with the others. */
  openProcess(): DingTalkApi;
  /** Every call to this path gets 503, until told otherwise. */
  fail(path: string | undefined): void;
  inTime<T>(work: Promise<T>): Promise<T>;
}

export async function openWorld(options: SimulatorOptions): Promise<World> {
  const clock = createManualClock();
  const log = createRecordingLogger();
  const simulator = await openSimulator(options, { clock });
  const net = createNet();
  const { clientId, clientSecret } = simulator.app;
  const calls: { underWay: number; failing: string | undefined } = { underWay: 0, failing: undefined };
  const counted: typeof net = {
    ...net,
    async request(request) {
      calls.underWay += 1;
      try {
        if (calls.failing !== undefined && request.url.endsWith(calls.failing)) return busy;
        return await net.request(request);
      } finally {
        calls.underWay -= 1;
      }
    },
  };
  return {
    simulator,
    clock,
    log,
    openProcess: () => {
      const ports = { clock, log };
      const app = { clientId, clientSecret, endpoints: simulator.endpoints };
      return createDingTalkApi(app, { net: counted, limits: createApiLimits({}, ports) }, ports);
    },
    fail(path) {
      calls.failing = path;
    },
    async inTime(work) {
      const ended = new AbortController();
      const watched = work.finally(() => ended.abort());
      while (!ended.signal.aborted) {
        while (calls.underWay > 0) await turn();
        await clock.advance(STEP_MS);
      }
      return watched;
    },
    async [Symbol.asyncDispose]() {
      await net[Symbol.asyncDispose]();
      await simulator[Symbol.asyncDispose]();
    },
  };
}

export interface Answer {
  readonly text: string;
  readonly outcome: ReplyOutcome;
}

export interface Talk {
  /** Who is answered. */
  readonly chat: number;
  readonly words: number;
  readonly wordMs?: number;
  readonly intervalMs?: number;
}

/** One answer of `words` words, a word every `wordMs`. */
export async function answer(
  world: World,
  api: DingTalkApi,
  { chat, words, wordMs = 50, intervalMs = 300 }: Talk,
): Promise<Answer> {
  const { clock, log } = world;
  const target: Target = { kind: "user", staffId: `user${chat}` };
  const reply = createReply(
    {
      mode: "card",
      template: resolveCardTemplate(),
      target,
      cards: api.cards,
      messages: { send: (message, signal) => api.robot.send(target, message, signal) },
      intervalMs,
    },
    { clock, log },
  );
  let text = `chat ${chat}:`;
  for (let word = 0; word < words; word += 1) {
    text += ` word${word}`;
    reply.update(text);
    await clock.sleep(wordMs);
  }
  return { text, outcome: await reply.finish(`${text}.`) };
}

/** Card calls that the simulator got, and those of them that it did not refuse. */
export function cardCallsOf(simulator: Simulator): { readonly sent: number; readonly permitted: number } {
  const calls = simulator.calls().filter(({ path }) => path.startsWith("/v1.0/card/"));
  return { sent: calls.length, permitted: calls.filter(({ status }) => status === 200).length };
}
