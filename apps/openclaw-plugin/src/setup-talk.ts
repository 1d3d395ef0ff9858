import type { WizardPrompter } from "openclaw/plugin-sdk/setup";

import { describeFailure } from "./failure.ts";
import type { ChoiceText, NoteText, SetupTexts } from "./setup-texts.ts";

/** The person in front of the terminal, and the language they read. */
export interface SetupTalk {
  readonly prompter: WizardPrompter;
  readonly texts: SetupTexts;
}

/** A choice and what stands for it. */
export interface Choice<T extends string> extends ChoiceText {
  readonly value: T;
}

/** One choice of several, each with its explanation. */
export function choose<T extends string>(
  { prompter }: SetupTalk,
  message: string,
  choices: readonly Choice<T>[],
  initialValue?: T,
): Promise<T> {
  return prompter.select<T>({
    message,
    options: [...choices],
    ...(initialValue !== undefined && { initialValue }),
  });
}

export interface Question {
  readonly message: string;
  readonly initialValue?: string | undefined;
  readonly placeholder?: string | undefined;
  /** @returns what is wrong with it */
  readonly validate?: ((value: string) => string | undefined) | undefined;
  readonly sensitive?: boolean | undefined;
}

/** A text without the blanks around it; empty where the question allows it. */
export async function ask({ prompter }: SetupTalk, question: Question): Promise<string> {
  const { message, initialValue, placeholder, sensitive, validate } = question;
  const text = await prompter.text({
    message,
    ...(initialValue !== undefined && { initialValue }),
    ...(placeholder !== undefined && { placeholder }),
    ...(sensitive !== undefined && { sensitive }),
    ...(validate !== undefined && { validate: (value: string) => validate(value.trim()) }),
  });
  return text.trim();
}

/** Ids from a line, by commas or blanks. */
export function splitIds(line: string): readonly string[] {
  return [...new Set(line.split(/[\s,;，；、]+/).filter((id) => id !== ""))];
}

export async function note({ prompter }: SetupTalk, { title, lines }: NoteText): Promise<void> {
  await prompter.note(lines.join("\n"), title);
}

/** Shows that something takes time. */
export async function during<T>({ prompter }: SetupTalk, label: string, run: () => Promise<T>): Promise<T> {
  const progress = prompter.progress(label);
  try {
    return await run();
  } finally {
    progress.stop();
  }
}

/** Whether a call failed, as opposed to the person leaving. */
export function isFailure(error: unknown): boolean {
  const code: unknown = Reflect.get(Object(error), "code");
  return typeof code === "string" && code.startsWith("DINGTALK_");
}

/** Shows what failed: at which stage, what happened, what to do next. */
export async function noteFailure(talk: SetupTalk, title: string, error: unknown): Promise<void> {
  await note(talk, { title, lines: failureLines(error, talk.texts) });
}

export function failureLines(error: unknown, texts: SetupTexts): readonly string[] {
  const { stage, cause, next } = describeFailure(error);
  const code: unknown = Reflect.get(Object(error), "code");
  const inWords = (typeof code === "string" ? texts.next[code] : undefined) ?? texts.next[stage] ?? next;
  const { failure } = texts;
  return [`${failure.stage}: ${stage}`, `${failure.cause}: ${cause}`, `${failure.next}: ${inWords}`];
}
