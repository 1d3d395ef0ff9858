/** The text of one answer, put together from what the host tells while the agent works. */
export interface AnswerText {
  /** A new message of the model begins, for instance after a tool ran. */
  begin(): void;
  /** `text` is the whole of the current message so far. */
  partial(text: string): void;
  /** A part of the answer that is final; `isError`: the host tells in it what went wrong. */
  final(text: string, isError?: boolean): void;
  /** What can be shown by now. */
  readonly soFar: string;
  /** The answer: what came as final. `undefined` when nothing did. */
  readonly complete: string | undefined;
  /** Whether there are words of the agent, not only errors. */
  readonly isAnswer: boolean;
}

const join = (parts: readonly string[]): string => parts.filter((part) => part.trim() !== "").join("\n\n");

/** Earlier messages of the same turn stay in sight while later ones grow; finals replace all of it. */
export function createAnswerText(): AnswerText {
  const earlier: string[] = [];
  const finals: string[] = [];
  let current = "";
  let errorsOnly = true;
  return {
    begin() {
      if (current.trim() !== "") earlier.push(current);
      current = "";
    },
    partial(text) {
      current = text;
    },
    final(text, isError = false) {
      if (text.trim() === "") return;
      finals.push(text);
      errorsOnly &&= isError;
    },
    get soFar() {
      return finals.length > 0 ? join(finals) : join([...earlier, current]);
    },
    get complete() {
      return finals.length > 0 ? join(finals) : undefined;
    },
    get isAnswer() {
      return finals.length > 0 ? !errorsOnly : join([...earlier, current]) !== "";
    },
  };
}
