import type { Language } from "./explanations.ts";

/** What is said beside an answer: that the message was `taken`, and that the answer takes `longer`. */
type Aside = "taken" | "longer";

const TEXTS: Readonly<Record<Language, Readonly<Record<Aside, string>>>> = {
  zh: {
    taken: "已收到，正在处理…",
    longer: "⏳ 这次处理需要较长时间，仍在进行中，完成后会在这里回复。",
  },
  en: {
    taken: "Received, working on it…",
    longer: "⏳ This takes longer than usual. It is still being worked on; the answer will come here.",
  },
};

/** Our own sentence, where the settings have none. */
export function asideText(aside: Aside, language: Language): string {
  return TEXTS[language][aside];
}
