import { ClosedError, ConfigError, fillPorts } from "@dingtalk-kit/protocol";
import type { Inbound, Ports } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { createFrameHandler } from "./frame-inbound.ts";
import { createInboundQueue } from "./inbound-queue.ts";
import { resolveStreamOptions } from "./options.ts";
import type { StreamOptions } from "./options.ts";
import { processPacer } from "./start-pacer.ts";
import type { StartPacer } from "./start-pacer.ts";
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

export interface StreamDeps {
  readonly net: Net;
  /** Spreads the starts of many clients. @defaultValue one for the whole process, 5 connections per second */
  readonly pacer?: StartPacer | undefined;
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
  deps: StreamDeps,
  ports: Partial<Ports> = {},
): StreamClient {
  const resolved = resolveStreamOptions(options);
  const queue = createInboundQueue<Inbound>({
    highWaterMark: HIGH_WATER_MARK,
    lowWaterMark: LOW_WATER_MARK,
    onFull: () => supervisor.pause(),
    onDrained: () => supervisor.resume(),
  });
  const filled = fillPorts(ports);
  const supervisor = createSupervisor(resolved, {
    net: deps.net,
    pacer: deps.pacer ?? processPacer,
    ports: filled,
    onFrame: createFrameHandler(resolved.subscriptions, filled, (inbound) => queue.push(inbound)),
    onFault: (error) => queue.fail(error),
  });
  let iterated = false;
  let disposed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    queue.end();
    return (disposed ??= supervisor.close(new ClosedError("the stream client was closed by its owner")));
  };

  return {
    get status() {
      return supervisor.status;
    },
    [Symbol.asyncIterator]() {
      if (iterated) throw new ConfigError("a stream client has one consumer");
      iterated = true;
      supervisor.start();
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
