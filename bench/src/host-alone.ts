import { text as readText } from "node:stream/consumers";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";

/** Asks the gateway's own OpenAI-style endpoint, each person's questions one after the other: no channel takes part. */
export async function askHostAlone(
  url: string,
  load: { readonly people: number; readonly messages: number; readonly concurrency: number },
): Promise<void> {
  const people = Array.from({ length: load.people }, (_item, index) => `p${index}`);
  const next = people.values();
  const worker = async (): Promise<void> => {
    for (const user of next) {
      for (let index = 1; index <= load.messages; index += 1) await ask(url, user, `question ${index}`);
    }
  };
  await Promise.all(Array.from({ length: load.concurrency }, worker));
}

/** Without `fetch`, which gives up after five minutes: the last ones wait long. */
async function ask(url: string, user: string, content: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const call = request(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer demo-token", "content-type": "application/json" },
  });
  call.once("error", reject);
  call.once("response", resolve);
  call.end(JSON.stringify({ model: "openclaw", user, messages: [{ role: "user", content }] }));
  const response = await promise;
  const text = await readText(response);
  if (response.statusCode !== 200) {
    throw new Error(`the gateway answered ${response.statusCode}: ${text.slice(0, 300)}`);
  }
}
