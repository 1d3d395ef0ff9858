import { ConnectionError, DingTalkError } from "@dingtalk-kit/protocol";
import type { Ports } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { describeFailure } from "./connect-failure.ts";
import type { ConnectFailure } from "./connect-failure.ts";
import { openConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { openEndpoint } from "./endpoint.ts";
import type { OnFrame } from "./frame-inbound.ts";
import type { ResolvedStreamOptions } from "./options.ts";

export interface AttemptContext {
  readonly net: Net;
  readonly ports: Ports;
  readonly onFrame: OnFrame;
  readonly signal: AbortSignal;
}

export type Attempt =
  | { readonly ok: true; readonly connection: Connection; readonly endpoint: string }
  | { readonly ok: false; readonly failure: ConnectFailure };

function asDingTalkError(error: unknown): DingTalkError {
  if (error instanceof DingTalkError) return error;
  return new ConnectionError(error instanceof Error ? error.message : String(error), {
    stage: "connect.websocket",
    cause: error,
  });
}

/** Registers and opens one connection: two legs, each with its own stage. Throws the signal's reason, nothing else. */
export async function attemptConnection(
  options: ResolvedStreamOptions,
  { net, ports, onFrame, signal }: AttemptContext,
): Promise<Attempt> {
  const opened = await openEndpoint(options, net, { subscriptions: options.subscriptions, signal });
  if (!opened.ok) {
    const { error, payload } = opened;
    const endpoint = options.endpoints.api;
    return { ok: false, failure: describeFailure({ stage: "connect.open", error, endpoint, payload }) };
  }
  const { endpoint } = opened.endpoint;
  try {
    const { handshakeTimeoutMs } = options;
    const request = { onFrame, handshakeTimeoutMs, signal };
    return { ok: true, endpoint, connection: await openConnection(opened.endpoint, net, request, ports) };
  } catch (cause) {
    if (signal.aborted) throw cause;
    const error = asDingTalkError(cause);
    const failed = { stage: "connect.websocket", error, endpoint, payload: undefined } as const;
    return { ok: false, failure: describeFailure(failed) };
  }
}
