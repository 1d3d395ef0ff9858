/** Language of the sentences that we say ourselves. */
export type Language = "zh" | "en";

interface Texts {
  readonly placeholder: string;
  readonly summary: string;
  readonly empty: string;
  readonly failed: string;
  readonly elsewhere: string;
  readonly title: string;
}

/** Our few sentences for people. */
export const TEXTS: Readonly<Record<Language, Texts>> = {
  zh: {
    placeholder: "思考中…",
    summary: "AI 回复",
    empty: "模型没有返回任何文字，请换个说法再试一次。",
    failed: "回答未能完成，请稍后再试。",
    elsewhere: "卡片无法继续显示，完整回答见下方消息。",
    title: "回复",
  },
  en: {
    placeholder: "Thinking…",
    summary: "AI reply",
    empty: "The model returned no text. Please rephrase and try again.",
    failed: "The answer could not be completed. Please try again later.",
    elsewhere: "This card cannot go on; the whole answer follows in messages.",
    title: "Reply",
  },
};
