import type { GetReplyOptions } from "openclaw/plugin-sdk/reply-runtime";

type ToolStart = Parameters<NonNullable<GetReplyOptions["onToolStart"]>>[0];
type ItemEvent = Parameters<NonNullable<GetReplyOptions["onItemEvent"]>>[0];

const MAX_CHARS = 80;

const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_CHARS ? `${line.slice(0, MAX_CHARS - 1)}…` : line;
};

/** `🔧 exec` while a tool starts; arguments stay out, they may hold secrets. */
export function toolNote({ name, phase }: ToolStart): string | undefined {
  return name === undefined || (phase !== undefined && phase !== "start") ? undefined : `🔧 ${oneLine(name)}`;
}

/** The host's own words for a step that runs, such as `🔧 Exec print text`. */
export function itemNote(event: ItemEvent): string | undefined {
  if (event.hideFromChannelProgress === true || event.suppressChannelProgress === true) return undefined;
  if (event.phase === "end" || event.status === "completed") return undefined;
  const words = event.progressText ?? event.title ?? event.summary ?? event.name;
  return words === undefined || words.trim() === "" ? undefined : `🔧 ${oneLine(words)}`;
}
