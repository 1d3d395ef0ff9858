/** One state of a reply as the person saw it. */
export interface ReplyState {
  readonly atMs: number;
  /** `PROCESSING`, `INPUTING`, `FINISHED`, `FAILED` of a card; `SENT` of a message. */
  readonly state: string;
  readonly text: string;
}

/** One exchange: what the person wrote, and how the reply came to be. */
export interface Transcript {
  readonly said: { readonly text: string; readonly atMs: number };
  readonly kind: "card" | "message";
  readonly state: string;
  readonly text: string;
  readonly history: readonly ReplyState[];
}

/** Whether the person has a whole answer before their eyes. */
export function isAnswered(transcript: Transcript): boolean {
  return transcript.kind === "message" || transcript.state === "FINISHED";
}

/** For people: the text, each state with the time since the message, the answer. */
export function formatTranscript(transcript: Transcript): string {
  const { said, history } = transcript;
  const states = history.map(({ atMs, state, text }) =>
    [formatSeconds(atMs - said.atMs).padStart(9), state.padEnd(10), describeText(text)].join("  ").trimEnd(),
  );
  const lastMs = history.at(-1)?.atMs ?? said.atMs;
  const summary = `${transcript.kind}, ${transcript.state}, ${formatSeconds(lastMs - said.atMs)}`;
  return [
    `You:   ${said.text}`,
    "",
    `${formatSeconds(0).padStart(9)}  sent`,
    ...states,
    "",
    `Robot: (${summary})`,
    "",
    ...transcript.text.split("\n").map((line) => `  ${line}`.trimEnd()),
  ].join("\n");
}

/** For programs: the same, times in milliseconds since the message. */
export function transcriptJson(transcript: Transcript): string {
  const { said } = transcript;
  return JSON.stringify(
    {
      said: said.text,
      kind: transcript.kind,
      state: transcript.state,
      text: transcript.text,
      states: transcript.history.map(({ atMs, state, text }) => ({ afterMs: atMs - said.atMs, state, text })),
    },
    undefined,
    2,
  );
}

function describeText(text: string): string {
  if (text === "") return "";
  const line = text.replaceAll(/\s+/g, " ").trim();
  const end = /.{0,40}$/u.exec(line)?.[0] ?? "";
  return `${String(text.length).padStart(4)} chars  ${end.length < line.length ? `…${end}` : end}`;
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
