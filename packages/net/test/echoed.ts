import type { Net } from "../src/index.ts";

/** Sends a text over a new WebSocket, and resolves with what comes back. */
export async function echoed(net: Net, url: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = await net.openWebSocket(url, { onMessage: resolve });
  socket.send("hello");
  const text = await promise;
  await socket.close(1000, "done", 1_000);
  return text;
}
