/** What the stand-in model does with one request. */
export type AnswerPlan =
  | {
      readonly kind: "text";
      readonly text: string;
      /** Streamed as `reasoning_content` before the text, as DeepSeek and Qwen do. */
      readonly reasoning: string | undefined;
      /** Before the first word or after half of them, wait until the test releases the answer or the caller hangs up. */
      readonly hold: "start" | "middle" | undefined;
    }
  | { readonly kind: "tool"; readonly name: string; readonly argumentsJson: string }
  | { readonly kind: "error"; readonly status: number };

type Rule = (argument: string) => AnswerPlan;

/** Rules by the first word. People need none of them; tests and the curious do. */
const RULES: Readonly<Record<string, Rule>> = {
  "#think": (argument) =>
    text(`I thought about ${quote(argument)} and this is what I found.`, { reasoning: REASONING }),
  "#hold": () => text(STORY, { hold: "middle" }),
  "#wait": () => text(STORY, { hold: "start" }),
  "#story": () => text(STORY),
  "#code": () => text(CODE),
  "#html": () => text(HTML),
  "#table": () => text(TABLE),
  "#empty": () => text(""),
  "#error": (argument) => ({ kind: "error", status: Number.parseInt(argument, 10) || 500 }),
  "#tool": (argument) => {
    const [name = "", ...rest] = argument.split(" ");
    return { kind: "tool", name, argumentsJson: rest.join(" ") || "{}" };
  },
};

/**
 * The same answer for the same text, always.
 *
 * @param userText - what the person wrote last.
 * @param toolResult - what a tool has answered since, if any.
 */
export function planAnswer(userText: string, toolResult: string | undefined): AnswerPlan {
  if (toolResult !== undefined)
    return text(`The tool said:\n\n> ${firstLine(toolResult)}\n\nThat is all I needed.`);
  const [first = "", ...rest] = userText.split(/\s+/);
  const rule = RULES[first.toLowerCase()];
  if (rule !== undefined) return rule(rest.join(" "));
  if (/\b(code|program|function)\b|代码|程序/i.test(userText)) return text(CODE);
  if (/\b(story|long)\b|故事|长/i.test(userText)) return text(STORY);
  return text(greet(userText));
}

function text(
  words: string,
  options: { readonly reasoning?: string; readonly hold?: "start" | "middle" } = {},
): Extract<AnswerPlan, { kind: "text" }> {
  return { kind: "text", text: words, reasoning: options.reasoning, hold: options.hold };
}

function greet(userText: string): string {
  return [
    `You wrote **${firstLine(userText)}**.`,
    "",
    "I am the stand-in model of the demo: I run on your machine, know nothing and cost nothing. I can still show that",
    "",
    "- the message came through DingTalk's *Stream mode*,",
    "- the agent in OpenClaw ran, and",
    "- this answer grew in the card word by word.",
    "",
    "Ask me for `code` or for a `story` to see more.",
  ].join("\n");
}

function quote(words: string): string {
  return words === "" ? "it" : `“${firstLine(words)}”`;
}

function firstLine(words: string): string {
  const line = words.split("\n", 1)[0] ?? "";
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

const REASONING = "Let me think about it. First I read the question, then I look for what is asked.";

const CODE = [
  "Here is a small program:",
  "",
  "```ts",
  "const greet = (name: string): string => `你好, ${name}!`;",
  "",
  'console.log(greet("DingTalk"));',
  "```",
  "",
  "Save it as `greet.ts` and run `node greet.ts`.",
].join("\n");

const HTML = [
  "<!doctype html><html><body><h1>502 Bad Gateway</h1>",
  "<script>alert('x')</script><p>An answer in <b>HTML</b> &amp; nothing else.</p></body></html>",
].join("\n");

const TABLE = [
  "Two cities:",
  "",
  "| City | Rain |",
  "| --- | ---: |",
  "| 杭州 | 1,450 mm |",
  "| Turpan | 16 mm |",
].join("\n");

const STORY = [
  "## The nail that learned to talk",
  "",
  "Once there was a nail in a wall of an office in Hangzhou.",
  "Every morning people hung their coats on it, and every evening they took them away.",
  "The nail heard everything: plans, quarrels, birthdays, and the sound of rain on the window.",
  "",
  "One night a programmer stayed late and sighed: *if only somebody answered me*.",
  "The nail thought for a long while, gathered its courage, and said the first word of its life.",
  "The word was short, but it was kind.",
  "",
  "1. The programmer laughed.",
  "2. Then the programmer asked a question.",
  "3. Then another one.",
  "",
  "By the morning they had built a small machine that listened and answered, one message after the other, none lost and none twice.",
  "They named it after the nail, and it has been answering ever since.",
].join("\n");
