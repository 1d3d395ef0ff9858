import { cutAtWord } from "@dingtalk-kit/protocol";

import type { Language } from "./explanations.ts";
import type { Failure } from "./failure.ts";
import { LINE_CHARS } from "./short-line.ts";

/** Something that the owner of a robot should know. */
export type Alert =
  /** Many attempts to connect have failed in a row, or DingTalk refuses the credentials; it is tried on. */
  | { readonly kind: "link-down"; readonly sinceMs: number; readonly failure: Failure }
  /** There is a connection again, which has stood for a while. */
  | { readonly kind: "link-up"; readonly sinceMs: number; readonly untilMs: number }
  /** `more`: so many others since the last alert. */
  | {
      readonly kind: "dead-letter";
      readonly messageId: string;
      readonly reason: string;
      readonly more: number;
    }
  | {
      readonly kind: "quota";
      readonly percentage: number;
      readonly calls: number;
      readonly limit: number;
      readonly month: string;
    };

type Texts = {
  readonly [Kind in Alert["kind"]]: (alert: Extract<Alert, { kind: Kind }>) => {
    readonly what: string;
    readonly next: string;
  };
};

const TEXTS: Readonly<Record<Language, Texts>> = {
  zh: {
    "link-down": ({ sinceMs, failure: { stage, cause, next } }) => ({
      what: `自 ${minuteOf(sinceMs)} 起与钉钉断开连接，仍在重试；期间发来的消息可能会丢失。${stage}: ${cause}`,
      next,
    }),
    "link-up": ({ sinceMs, untilMs }) => ({
      what: `与钉钉的连接已恢复；中断了 ${durationOf(untilMs - sinceMs, "zh")}，从 ${minuteOf(sinceMs)} 到 ${minuteOf(untilMs)}。`,
      next: "这段时间发来的消息可能已丢失，必要时请重新发送",
    }),
    "dead-letter": ({ messageId, reason, more }) => ({
      what: `有一条消息无法回答，已搁置${more > 0 ? `，另有 ${more} 条` : ""}：${reason}`,
      next: `openclaw dingtalk explain ${messageId}`,
    }),
    quota: ({ percentage, calls, limit, month }) => ({
      what: `本月（${month}）的钉钉 API 调用已用 ${percentage} %：${calls} / ${limit}。`,
      next: "卡片最费调用：改用 Markdown 或调大 cardStreamInterval；或在钉钉后台扩容后调整 quota.monthlyLimit",
    }),
  },
  en: {
    "link-down": ({ sinceMs, failure: { stage, cause, next } }) => ({
      what: `No connection to DingTalk since ${minuteOf(sinceMs)}; it is tried on, and messages of this time may be lost. ${stage}: ${cause}`,
      next,
    }),
    "link-up": ({ sinceMs, untilMs }) => ({
      what: `Connected to DingTalk again; there was no connection for ${durationOf(untilMs - sinceMs, "en")}, from ${minuteOf(sinceMs)} to ${minuteOf(untilMs)}.`,
      next: "messages of that time may be lost: ask for what is missing",
    }),
    "dead-letter": ({ messageId, reason, more }) => ({
      what: `A message could not be answered and was set aside${more > 0 ? `, and ${more} more` : ""}: ${reason}`,
      next: `openclaw dingtalk explain ${messageId}`,
    }),
    quota: ({ percentage, calls, limit, month }) => ({
      what: `${percentage} % of this month's calls to DingTalk are used: ${calls} of ${limit} in ${month}.`,
      next: "cards cost most: Markdown or a longer cardStreamInterval save calls; or buy more and raise quota.monthlyLimit",
    }),
  },
};

const TITLE: Readonly<Record<Language, string>> = { zh: "钉钉机器人提醒", en: "DingTalk robot alert" };
const STEP: Readonly<Record<Language, string>> = { zh: "下一步：", en: "Next: " };

/** The message for people: what happened, and what to do. */
export function alertMessage(
  alert: Alert,
  { accountId, language }: { readonly accountId: string; readonly language: Language },
): { readonly kind: "markdown"; readonly title: string; readonly text: string } {
  const { what, next } = wordsOf(alert, TEXTS[language]);
  const title = `${TITLE[language]} (${accountId})`;
  return {
    kind: "markdown",
    title,
    text: `**${title}**\n\n${cutAtWord(what, LINE_CHARS)}\n\n${STEP[language]}${next}`,
  };
}

function wordsOf(alert: Alert, texts: Texts): { readonly what: string; readonly next: string } {
  if (alert.kind === "link-down") return texts["link-down"](alert);
  if (alert.kind === "link-up") return texts["link-up"](alert);
  return alert.kind === "quota" ? texts.quota(alert) : texts["dead-letter"](alert);
}

function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const UNITS = { zh: ["小时", "分钟", "秒"], en: ["h", "min", "s"] } as const;

function durationOf(ms: number, language: Language): string {
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const [hour, minute, second] = UNITS[language];
  if (hours > 0) return `${hours} ${hour} ${minutes} ${minute}`;
  return minutes > 0 ? `${minutes} ${minute}` : `${seconds} ${second}`;
}
