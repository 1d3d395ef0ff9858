/** One message of a request, as far as the stand-in model reads it. */
export interface ChatMessage {
  readonly role: string;
  /** All text parts joined; pictures are left out. */
  readonly text: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly wantsUsage: boolean;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly string[];
}

/** Reads a `chat/completions` body. Unknown and missing fields are fine; a body that is no JSON object throws. */
export function parseChatRequest(body: string): ChatRequest {
  const root = asRecord(JSON.parse(body));
  return {
    model: typeof root["model"] === "string" ? root["model"] : "stand-in",
    stream: root["stream"] === true,
    wantsUsage: asRecord(root["stream_options"])["include_usage"] === true,
    messages: asArray(root["messages"]).map((message) => ({
      role: asText(asRecord(message)["role"]),
      text: textOf(asRecord(message)["content"]),
    })),
    tools: asArray(root["tools"]).map((tool) => asText(asRecord(asRecord(tool)["function"])["name"])),
  };
}

export type Delta =
  | { readonly role: "assistant"; readonly content: string }
  | { readonly content: string }
  | { readonly reasoning_content: string }
  | { readonly tool_calls: readonly unknown[] }
  | Record<string, never>;

/** Builds the objects of one streamed answer: text deltas, the last chunk and the usage chunk. */
export function createChunks(
  id: string,
  model: string,
): {
  delta(delta: Delta): unknown;
  end(reason: "stop" | "tool_calls"): unknown;
  usage(): unknown;
} {
  const chunk = (choices: readonly unknown[], more: object = {}): unknown => ({
    id,
    object: "chat.completion.chunk",
    created: 0,
    model,
    choices,
    ...more,
  });
  return {
    delta: (delta) => chunk([{ index: 0, delta, finish_reason: null }]),
    end: (reason) => chunk([{ index: 0, delta: {}, finish_reason: reason }]),
    usage: () => chunk([], { usage: USAGE }),
  };
}

/** A whole answer, for callers that do not stream. */
export function createCompletion(id: string, model: string, message: object, toolCall: boolean): unknown {
  return {
    id,
    object: "chat.completion",
    created: 0,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", ...message },
        finish_reason: toolCall ? "tool_calls" : "stop",
      },
    ],
    usage: USAGE,
  };
}

const USAGE = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return asArray(content)
    .map((part) => asRecord(part)["text"])
    .filter((text) => typeof text === "string")
    .join("");
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
