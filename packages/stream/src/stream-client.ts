import { ClosedError, ConfigError, fillPorts } from "@dingtalk-kit/protocol";
import type { Inbound, Ports } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { createInboundQueue } from "./inbound-queue.ts";
import { resolveStreamOptions } from "./options.ts";
import type { StreamOptions } from "./options.ts";
import type { StreamStatus } from "./status.ts";
import { createSupervisor } from "./supervisor.ts";

/**
 * Messages from DingTalk over a connection that we dial: works behind NAT and firewalls, without a public URL.
 *
 * Iterating starts it; leaving the loop or disposing ends it. One consumer. The loop never throws because of the network:
 * lost connections are opened again for ever, see {@link StreamStatus}. Disposing says goodbye to DingTalk with a close
 * frame, so that it does not send to a dead connection, and takes at most about two seconds. What was delivered but not
 * acknowledged then comes again.
 */
export interface StreamClient extends AsyncDisposable, AsyncIterable<Inbound> {
  readonly status: StreamStatus;
}

/** So many deliveries wait for the consumer before the sockets stop reading. */
const HIGH_WATER_MARK = 1_000;
const LOW_WATER_MARK = 250;

/**
 * Inert until iterated.
 *
 * @throws ConfigError when an option is wrong.
 */
export function createStreamClient(
  options: StreamOptions,
  deps: { readonly net: Net },
  ports: Partial<Ports> = {},
): StreamClient {
  const resolved = resolveStreamOptions(options);
  const queue = createInboundQueue<Inbound>({
    highWaterMark: HIGH_WATER_MARK,
    lowWaterMark: LOW_WATER_MARK,
    onFull: () => supervisor.pause(),
    onDrained: () => supervisor.resume(),
  });
  const closing = new AbortController();
  const supervisor = createSupervisor(resolved, {
    net: deps.net,
    ports: fillPorts(ports),
    closing: closing.signal,
    deliver: (inbound) => queue.push(inbound),
  });
  let running: Promise<void> | undefined;
  let disposed: Promise<void> | undefined;

  const dispose = async (): Promise<void> => {
    closing.abort(new ClosedError("the stream client was closed by its owner"));
    queue.end();
    // An attempt under way stops; a connection that comes up at this very moment is closed by `run`.
    await Promise.all([supervisor.close(), running]);
  };
  const close = (): Promise<void> => (disposed ??= dispose());

  return {
    get status() {
      return supervisor.status;
    },
    [Symbol.asyncIterator]() {
      if (running !== undefined) throw new ConfigError("a stream client has one consumer");
      // A fault of ours: the consumer gets to see it instead of a loop that never ends.
      running = supervisor.run().catch((error: unknown) => queue.fail(error));
      return {
        next: () => queue.next(),
        async return() {
          await close();
          return { done: true, value: undefined };
        },
      };
    },
    [Symbol.asyncDispose]: close,
  };
}
