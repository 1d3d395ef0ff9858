import { expect, test } from "vitest";

import { openModel, type StandInModel } from "../src/model/model.ts";

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string;
      readonly reasoning_content?: string;
      readonly tool_calls?: unknown[];
    };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: unknown;
}

function ask(model: StandInModel, content: string, more: object = {}): Promise<Response> {
  return fetch(`${model.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content }], ...more }),
  });
}

function parseChunk(event: string): Chunk {
  const chunk: Chunk = JSON.parse(event.slice("data: ".length));
  return chunk;
}

async function chunksOf(response: Response): Promise<readonly Chunk[]> {
  const events = (await response.text()).trim().split("\n\n");
  expect(events.pop()).toBe("data: [DONE]");
  return events.map(parseChunk);
}

const contentOf = (chunks: readonly Chunk[]): string =>
  chunks.map((chunk) => chunk.choices?.[0]?.delta?.content ?? "").join("");

test("streams the same answer word by word every time", async () => {
  await using model = await openModel({ wordDelayMs: 0 });
  const first = await chunksOf(await ask(model, "hello"));
  const second = await chunksOf(await ask(model, "hello"));
  expect(contentOf(first)).toContain("You wrote **hello**.");
  expect(contentOf(second)).toBe(contentOf(first));
  expect(first.length).toBeGreaterThan(40);
  expect(first.at(-1)?.choices?.[0]?.finish_reason).toBe("stop");
});

test("answers in one piece when the caller does not stream", async () => {
  await using model = await openModel({ wordDelayMs: 0 });
  const body = await (await ask(model, "show me code", { stream: false })).text();
  expect(body).toContain("```ts");
});

test("sends reasoning before the answer, a tool call, nothing, or a failure on request", async () => {
  await using model = await openModel({ wordDelayMs: 0 });
  const thought = await chunksOf(await ask(model, "#think of rain"));
  const kinds = thought.map((chunk) =>
    chunk.choices?.[0]?.delta?.reasoning_content === undefined ? "text" : "reason",
  );
  expect(kinds.lastIndexOf("reason")).toBeLessThan(kinds.lastIndexOf("text"));
  expect(contentOf(thought)).toContain("rain");

  const tool = await chunksOf(await ask(model, '#tool exec {"command":"true"}'));
  expect(JSON.stringify(tool)).toContain('"name":"exec"');
  expect(tool.at(-1)?.choices?.[0]?.finish_reason).toBe("tool_calls");

  expect(contentOf(await chunksOf(await ask(model, "#empty")))).toBe("");
  expect((await ask(model, "#error 503")).status).toBe(503);
});

test.for(["#hold", "#wait"])("%s: waits until it is released", async (word) => {
  await using model = await openModel({ wordDelayMs: 0 });
  const response = await ask(model, word);
  await expect.poll(() => model.held).toBe(1);
  model.release();
  expect(contentOf(await chunksOf(response))).toContain("answering ever since.");
  expect(model.held).toBe(0);
});

test("forgets a waiting answer whose caller hangs up", async () => {
  await using model = await openModel({ wordDelayMs: 0 });
  const hangUp = new AbortController();
  const response = await fetch(`${model.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "#hold" }] }),
    signal: hangUp.signal,
  });
  await expect.poll(() => model.held).toBe(1);
  hangUp.abort();
  await expect.poll(() => model.held).toBe(0);
  await expect(response.text()).rejects.toThrow();
});

test("remembers what it was asked, and lists its model", async () => {
  await using model = await openModel({ wordDelayMs: 0 });
  await chunksOf(await ask(model, "a secret", { stream_options: { include_usage: true } }));
  expect(model.requests).toHaveLength(1);
  expect(model.requests[0]).toMatchObject({ userText: "a secret", stream: true, wantsUsage: true });
  expect(model.requests[0]?.body).toContain("a secret");
  expect(await (await fetch(`${model.url}/models`)).text()).toContain("stand-in");
});

test("refuses what it does not know", async () => {
  await using model = await openModel();
  expect((await fetch(`${model.url}/embeddings`, { method: "POST" })).status).toBe(404);
  expect((await fetch(`${model.url}/chat/completions`, { method: "POST", body: "no json" })).status).toBe(
    400,
  );
});
