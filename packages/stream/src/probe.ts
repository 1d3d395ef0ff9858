import { ALL_EVENTS_TOPIC, fillPorts } from "@dingtalk-kit/protocol";
import type { DingTalkError, Ports } from "@dingtalk-kit/protocol";
import type { Net } from "@dingtalk-kit/net";

import { describeFailure } from "./connect-failure.ts";
import { openEndpoint } from "./endpoint.ts";
import { resolveStreamOptions } from "./options.ts";
import type { StreamOptions } from "./options.ts";

export type StreamProbe =
  | { readonly ok: true; readonly endpoint: string }
  | { readonly ok: false; readonly error: DingTalkError };

/**
 * Asks DingTalk whether these credentials may open a Stream connection, and opens none.
 *
 * It subscribes to events only: DingTalk pushes each robot message to one of the app's connections at random, so a
 * probe that subscribed to them could steal one.
 *
 * @throws ConfigError when an option is wrong. Aborting throws the signal's reason. All else is in the result.
 */
export async function probeStream(
  options: Pick<StreamOptions, "clientId" | "clientSecret" | "endpoints" | "openTimeoutMs" | "userAgent"> & {
    readonly signal?: AbortSignal | undefined;
  },
  deps: { readonly net: Net },
  ports: Partial<Ports> = {},
): Promise<StreamProbe> {
  const { signal, clientId, clientSecret, endpoints, openTimeoutMs, userAgent } = options;
  const resolved = resolveStreamOptions({ clientId, clientSecret, endpoints, openTimeoutMs, userAgent });
  const subscriptions = [{ type: "EVENT", topic: ALL_EVENTS_TOPIC }] as const;
  const opened = await openEndpoint(resolved, deps.net, { subscriptions, signal });
  if (opened.ok) return { ok: true, endpoint: opened.endpoint.endpoint };
  const { error, payload } = opened;
  const failure = describeFailure({
    stage: "connect.open",
    error,
    endpoint: resolved.endpoints.api,
    payload,
  });
  fillPorts(ports).log.debug("Stream probe failed", failure.fields);
  return { ok: false, error: failure.error };
}
