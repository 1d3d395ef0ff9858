import type { LineBelow } from "@dingtalk-kit/card";
import { resolveAgentConfig } from "openclaw/plugin-sdk/agent-scope-runtime";
import type { GetReplyOptions } from "openclaw/plugin-sdk/reply-runtime";

import type { AnswerContext } from "./answer.ts";
import type { Arrival } from "./arrival.ts";
import type { Language } from "./explanations.ts";
import { onRunUsage } from "./run-usage.ts";

type ModelSelected = Parameters<NonNullable<GetReplyOptions["onModelSelected"]>>[0];

/** What is known of how an answer came about, for the line below it. */
export interface AnswerStatus extends Disposable {
  /** The model that works now: the last one counts. */
  modelSelected(selected: ModelSelected): void;
  /** A run of an agent began. */
  began(runId: string): void;
  /** The line that the settings want, of what is known by now. `undefined` before a run: what OpenClaw answers by itself,
   *  such as a command, took no agent. */
  readonly below: LineBelow | undefined;
}

/** Watches over one answer from now on, as far as `cardStatusLine` wants to know. */
export function createAnswerStatus(
  { language }: Pick<Arrival, "language">,
  agentId: string,
  { settings, cfg, services: { clock } }: Pick<AnswerContext, "settings" | "cfg" | "services">,
): AnswerStatus {
  const shows = settings.cardStatusLine;
  const words = WORDS[language];
  const startedAtMs = clock.nowMs();
  const runs = new DisposableStack();
  let model: ModelSelected | undefined;
  let tokens = 0;
  let hasBegun = false;

  const below: LineBelow = (calls) => {
    const parts = [
      shows.model && model !== undefined && words.model(oneLine(model.model)),
      shows.effort && model?.thinkLevel !== undefined && words.effort(oneLine(model.thinkLevel)),
      shows.agent && words.agent(oneLine(resolveAgentConfig(cfg, agentId)?.name ?? agentId)),
      shows.taskTime && words.time(clock.nowMs() - startedAtMs),
      shows.tokens && tokens > 0 && `${tokens.toLocaleString("en-US")} tokens`,
      shows.dapiUsage && words.calls(calls),
    ];
    return parts.filter((part) => part !== false).join(" · ");
  };

  return {
    modelSelected(selected) {
      model = selected;
    },
    began(runId) {
      hasBegun = true;
      if (shows.tokens) runs.use(onRunUsage(runId, (used) => void (tokens += used)));
    },
    get below() {
      return hasBegun && Object.values(shows).includes(true) ? below : undefined;
    },
    [Symbol.dispose]: () => runs.dispose(),
  };
}

interface Words {
  readonly model: (name: string) => string;
  readonly effort: (level: string) => string;
  readonly agent: (name: string) => string;
  readonly time: (ms: number) => string;
  readonly calls: (count: number) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    model: (name) => `模型 ${name}`,
    effort: (level) => `思考 ${level}`,
    agent: (name) => `智能体 ${name}`,
    time: (ms) => duration(ms, { minutes: " 分 ", seconds: " 秒" }),
    calls: (count) => `钉钉调用 ${count} 次`,
  },
  en: {
    model: (name) => `Model ${name}`,
    effort: (level) => `Thinking ${level}`,
    agent: (name) => `Agent ${name}`,
    time: (ms) => duration(ms, { minutes: " min ", seconds: " s" }),
    calls: (count) => `DingTalk calls ${count}`,
  },
};

/** `3.2 s`, `41 s`, `2 min 5 s`. */
function duration(ms: number, units: { readonly minutes: string; readonly seconds: string }): string {
  const tenths = Math.max(0, Math.round(ms / 100)) / 10;
  if (tenths < 10) return `${tenths}${units.seconds}`;
  const whole = Math.round(ms / 1_000);
  const minutes = Math.floor(whole / 60);
  return `${minutes > 0 ? `${minutes}${units.minutes}` : ""}${whole % 60}${units.seconds}`;
}

const MAX_CHARS = 60;

function oneLine(name: string): string {
  const line = name.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_CHARS ? `${line.slice(0, MAX_CHARS - 1)}…` : line;
}
