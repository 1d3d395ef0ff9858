import type { RawData } from "ws";

import { ackedId } from "./callback-frame.ts";
import { textOf } from "./load-gateway.ts";
import type { LoadSocket } from "./load-gateway.ts";

/** How callbacks are pushed: so many unacknowledged at a time, or so many per second. */
export type Load =
  | { readonly kind: "window"; readonly window: number; readonly callbacks: number }
  | { readonly kind: "rate"; readonly perSecond: number; readonly callbacks: number };

export interface LoadResult {
  readonly seconds: number;
  /** How long each callback waited for its ack. */
  readonly ackMs: readonly number[];
}

const RATE_STEP_MS = 5;

/** Pushes callbacks down one socket until each is acknowledged. Ids start at `firstId`. */
export async function runLoad(
  target: LoadSocket,
  load: Load,
  write: (id: number) => string,
  firstId: number,
): Promise<LoadResult> {
  const { socket } = target;
  const { callbacks } = load;
  const sentAtMs: number[] = [];
  const ackMs: number[] = [];
  const done = Promise.withResolvers<void>();
  let sent = 0;
  const push = (): void => {
    sentAtMs[sent] = performance.now();
    target.push(write(firstId + sent));
    sent += 1;
  };
  const onMessage = (data: RawData): void => {
    const index = ackedId(textOf(data)) - firstId;
    if (!(index >= 0 && index < sent))
      return done.reject(new Error("an ack for a callback that was not sent"));
    ackMs.push(performance.now() - (sentAtMs[index] ?? 0));
    if (ackMs.length === callbacks) return done.resolve();
    if (load.kind === "window" && sent < callbacks) push();
    return undefined;
  };
  const onClose = (code: number): void => done.reject(new Error(`the client closed with ${code}`));
  socket.on("message", onMessage);
  socket.once("close", onClose);
  const startMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  if (load.kind === "window") {
    while (sent < Math.min(load.window, callbacks)) push();
  } else {
    timer = setInterval(() => {
      const due = Math.min(callbacks, ((performance.now() - startMs) / 1_000) * load.perSecond);
      for (let left = Math.ceil(due - sent); left > 0; left -= 1) push();
    }, RATE_STEP_MS);
  }
  try {
    await done.promise;
  } finally {
    clearInterval(timer);
    socket.off("message", onMessage);
    socket.off("close", onClose);
  }
  return { seconds: (performance.now() - startMs) / 1_000, ackMs };
}
