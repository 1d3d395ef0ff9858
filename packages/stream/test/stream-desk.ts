import { createNet } from "@dingtalk-kit/net";
import type { NetOptions } from "@dingtalk-kit/net";
import type { Inbound } from "@dingtalk-kit/protocol";
import { createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import type { LogLine } from "@dingtalk-kit/protocol/testing";

import { createStreamClient } from "../src/index.ts";
import type { StreamClient, StreamOptions, StreamStatus } from "../src/index.ts";
import { openGateway, until } from "./gateway.ts";
import type { Gateway, GatewayOptions, GatewaySocket } from "./gateway.ts";
import { createLateClock } from "./late-clock.ts";
import type { LateClock } from "./late-clock.ts";

export const startMs = 1_767_225_600_000;
export const SECRET = "very-secret-0123456789abcdef";

/** A bare gateway and a running client with a manual clock. Disposing proves that the client leaves nothing behind. */
export interface StreamDesk extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly client: StreamClient;
  readonly clock: LateClock;
  readonly log: { readonly lines: readonly LogLine[] };
  readonly statuses: StreamStatus[];
  readonly inbound: Inbound[];
  /** Resolves when the consumer's loop has ended. */
  readonly ended: Promise<void>;
  /** The n-th socket, once it is open. */
  socket(index: number): Promise<GatewaySocket>;
  /** Waits until the client is about to sleep before a retry. */
  retrying(attempt: number): Promise<void>;
  warnings(): readonly LogLine[];
}

export interface StreamDeskOptions {
  readonly gateway?: GatewayOptions;
  readonly stream?: Partial<StreamOptions>;
  readonly net?: NetOptions;
  /** Runs before the client starts. */
  prepare?(gateway: Gateway): void;
}

export async function openStreamDesk(options: StreamDeskOptions = {}): Promise<StreamDesk> {
  const gateway = await openGateway(options.gateway);
  options.prepare?.(gateway);
  const clock = createLateClock(startMs);
  const log = createRecordingLogger();
  const net = createNet({ proxy: "none", ...options.net }, { clock });
  const statuses: StreamStatus[] = [];
  const inbound: Inbound[] = [];
  const client = createStreamClient(
    {
      clientId: "dingexampleapp01",
      clientSecret: SECRET,
      endpoints: { api: gateway.api },
      onStatus: (status) => statuses.push(status),
      ...options.stream,
    },
    { net, pacer: { turn: () => Promise.resolve() } },
    { clock, log, random: () => 0.5 },
  );
  const consume = async (): Promise<void> => {
    for await (const item of client) inbound.push(item);
  };
  const ended = consume();
  return {
    gateway,
    client,
    clock,
    log,
    statuses,
    inbound,
    ended,
    async socket(index) {
      await until(() => {
        const { state, reconnects } = client.status;
        return gateway.sockets.length > index && state === "connected" && reconnects >= index;
      });
      const socket = gateway.sockets[index];
      if (socket === undefined) throw new Error(`no socket ${index}`);
      return socket;
    },
    retrying: (attempt) =>
      until(() => client.status.state === "retrying" && client.status.attempt === attempt),
    warnings: () => log.lines.filter(({ level }) => level === "warn" || level === "error"),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await ended;
      await net[Symbol.asyncDispose]();
      await until(() => gateway.connections() === 0);
      await gateway[Symbol.asyncDispose]();
      if (clock.pending > 0) throw new Error(`${clock.pending} timers leaked`);
    },
  };
}
