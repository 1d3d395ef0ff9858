import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import { planAnswer, type AnswerPlan } from "./answers.ts";
import { lastUserText, toolResultAfterUser } from "./prompt.ts";
import { createChunks, createCompletion, parseChatRequest, type ChatRequest } from "./wire.ts";

export interface ModelOptions {
  /** Pause between two streamed words, in milliseconds. @defaultValue 60 */
  readonly wordDelayMs?: number | undefined;
}

/** What the model was asked once. */
export interface ModelRequest extends ChatRequest {
  readonly atMs: number;
  /** What the person wrote last, without the host's additions. */
  readonly userText: string;
  /** The body as it came: search it for what the model must never see. */
  readonly body: string;
}

/** An OpenAI-compatible server on loopback that answers by simple rules and remembers what it was asked. */
export interface StandInModel extends AsyncDisposable {
  /** Base URL for OpenAI clients: `http://127.0.0.1:<port>/v1`. */
  readonly url: string;
  /** Oldest first. */
  readonly requests: readonly ModelRequest[];
  /** Answers that wait in the middle or at the start (`#hold`, `#wait`). */
  readonly held: number;
  /** Lets every waiting answer go on. */
  release(): void;
}

/** Opens the stand-in model on a free port of 127.0.0.1. Disposing drops answers that are still being written. */
export async function openModel(options: ModelOptions = {}): Promise<StandInModel> {
  const wordDelayMs = options.wordDelayMs ?? 60;
  const requests: ModelRequest[] = [];
  const holds = new Set<() => void>();
  const hold = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        holds.delete(done);
        resolve();
      };
      holds.add(done);
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });

  const server = createServer((request, response) => {
    serve(request, response, { requests, wordDelayMs, hold }).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 400, { error: { message: String(error) } });
      else response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in model got no port");

  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests,
    get held() {
      return holds.size;
    },
    release: () => {
      for (const done of holds) done();
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

interface Desk {
  readonly requests: ModelRequest[];
  readonly wordDelayMs: number;
  readonly hold: (signal: AbortSignal) => Promise<void>;
}

async function serve(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  if (request.method === "GET" && path.endsWith("/models")) {
    return sendJson(response, 200, { object: "list", data: [{ id: "stand-in", object: "model" }] });
  }
  if (request.method !== "POST" || !path.endsWith("/chat/completions")) {
    return sendJson(response, 404, { error: { message: `no such path: ${path}` } });
  }
  const body = await readText(request);
  const chat = parseChatRequest(body);
  const userText = lastUserText(chat.messages);
  desk.requests.push({ ...chat, atMs: Date.now(), userText, body });

  const plan = planAnswer(userText, toolResultAfterUser(chat.messages));
  if (plan.kind === "error") {
    return sendJson(response, plan.status, {
      error: { message: "the stand-in model was asked to fail", type: "stand_in" },
    });
  }
  const id = `chatcmpl-${desk.requests.length}`;
  if (!chat.stream) return sendWhole(response, id, chat.model, plan);
  await sendStream(response, { id, chat, plan, desk });
}

function sendWhole(
  response: ServerResponse,
  id: string,
  model: string,
  plan: Exclude<AnswerPlan, { kind: "error" }>,
): void {
  const message =
    plan.kind === "tool" ? { content: null, tool_calls: [toolCall(plan)] } : { content: plan.text };
  sendJson(response, 200, createCompletion(id, model, message, plan.kind === "tool"));
}

async function sendStream(
  response: ServerResponse,
  answer: {
    readonly id: string;
    readonly chat: ChatRequest;
    readonly plan: Exclude<AnswerPlan, { kind: "error" }>;
    readonly desk: Desk;
  },
): Promise<void> {
  const { chat, plan, desk } = answer;
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const chunks = createChunks(answer.id, chat.model);
  const send = (chunk: unknown): void => void response.write(`data: ${JSON.stringify(chunk)}\n\n`);

  send(chunks.delta({ role: "assistant", content: "" }));
  if (plan.kind === "tool") {
    send(chunks.delta({ tool_calls: [{ index: 0, ...toolCall(plan) }] }));
  } else {
    for (const word of words(plan.reasoning ?? "")) {
      send(chunks.delta({ reasoning_content: word }));
      await pause(desk.wordDelayMs, gone.signal);
    }
    const all = words(plan.text);
    const holdAt = { start: 0, middle: Math.floor(all.length / 2), never: -1 }[plan.hold ?? "never"];
    for (const [index, word] of all.entries()) {
      if (index === holdAt) await desk.hold(gone.signal);
      if (gone.signal.aborted) return;
      send(chunks.delta({ content: word }));
      await pause(desk.wordDelayMs, gone.signal);
    }
  }
  send(chunks.end(plan.kind === "tool" ? "tool_calls" : "stop"));
  if (chat.wantsUsage) send(chunks.usage());
  response.end("data: [DONE]\n\n");
}

function toolCall(plan: Extract<AnswerPlan, { kind: "tool" }>): object {
  return { id: "call_1", type: "function", function: { name: plan.name, arguments: plan.argumentsJson } };
}

function words(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\s)(?=\S)/);
}

/** Ends early, without an error, when the caller hangs up. */
async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
