import {
  CARD_ACTION_TOPIC,
  ConfigError,
  PUBLIC_ENDPOINTS,
  ROBOT_MESSAGE_TOPIC,
} from "@dingtalk-kit/protocol";
import type { Endpoints } from "@dingtalk-kit/protocol";
import { z } from "zod";

import type { StreamStatus } from "./status.ts";

/** What DingTalk shall push over the connection. Only subscribed topics arrive. */
export interface Subscription {
  readonly type: "EVENT" | "CALLBACK";
  /** A callback's path; `*` for events, which are chosen in the developer console. */
  readonly topic: string;
}

export interface StreamOptions {
  /** Client id (AppKey) of the app. */
  readonly clientId: string;
  /** Client secret (AppSecret) of the app. */
  readonly clientSecret: string;
  /** @defaultValue robot messages and card actions */
  readonly subscriptions?: readonly Subscription[] | undefined;
  /** Hosts of a private deployment or a simulator. @defaultValue the public ones */
  readonly endpoints?: Partial<Endpoints> | undefined;
  /** Failures in a row until one alert; retries then go on at `maxReconnectDelayMs`. 1 to 1,000. @defaultValue 10 */
  readonly maxConnectionAttempts?: number | undefined;
  /** Delay before the first retry; it doubles with each. Milliseconds. @defaultValue 1_000 */
  readonly initialReconnectDelayMs?: number | undefined;
  /** Longest delay between retries. Milliseconds. @defaultValue 60_000 */
  readonly maxReconnectDelayMs?: number | undefined;
  /** Share of each delay that is random, 0 to 1, so that many clients do not come back together. @defaultValue 0.3 */
  readonly reconnectJitter?: number | undefined;
  /** Limit of `connections/open`, in milliseconds. @defaultValue 10_000 */
  readonly openTimeoutMs?: number | undefined;
  /** Limit of connecting the WebSocket, upgrade included, in milliseconds. @defaultValue 10_000 */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Sent as `ua`: letters, digits and `. _ - /`. DingTalk is known to refuse others. @defaultValue `dingtalk-kit-nodejs/1.0` */
  readonly userAgent?: string | undefined;
  /** Called on every change of the state, and every 10 s while data arrives. */
  readonly onStatus?: ((status: StreamStatus) => void) | undefined;
}

export interface ResolvedStreamOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptions: readonly Subscription[];
  readonly endpoints: Endpoints;
  readonly maxConnectionAttempts: number;
  readonly initialReconnectDelayMs: number;
  readonly maxReconnectDelayMs: number;
  readonly reconnectJitter: number;
  readonly openTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
  readonly userAgent: string;
  readonly onStatus: (status: StreamStatus) => void;
}

const DEFAULT_SUBSCRIPTIONS: readonly Subscription[] = [
  { type: "CALLBACK", topic: ROBOT_MESSAGE_TOPIC },
  { type: "CALLBACK", topic: CARD_ACTION_TOPIC },
];

const endpoint = (fallback: string): z.ZodType<string, string | undefined> =>
  z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ""))
    .default(fallback);

const delay = (fallback: number): z.ZodType<number, number | undefined> =>
  z.int().min(1).max(3_600_000).default(fallback);

const limit = z.int().min(100).max(120_000).default(10_000);

const schema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  subscriptions: z
    .array(z.strictObject({ type: z.enum(["EVENT", "CALLBACK"]), topic: z.string().min(1) }))
    .min(1)
    .default([...DEFAULT_SUBSCRIPTIONS]),
  endpoints: z
    .strictObject({ api: endpoint(PUBLIC_ENDPOINTS.api), oapi: endpoint(PUBLIC_ENDPOINTS.oapi) })
    .default(PUBLIC_ENDPOINTS),
  maxConnectionAttempts: z.int().min(1).max(1_000).default(10),
  initialReconnectDelayMs: delay(1_000),
  maxReconnectDelayMs: delay(60_000),
  reconnectJitter: z.number().min(0).max(1).default(0.3),
  openTimeoutMs: limit,
  handshakeTimeoutMs: limit,
  userAgent: z
    .string()
    .regex(/^[\w.\-/]{1,100}$/)
    .default("dingtalk-kit-nodejs/1.0"),
});

/** @throws ConfigError that names every option that is wrong. */
export function resolveStreamOptions({ onStatus, ...options }: StreamOptions): ResolvedStreamOptions {
  const result = schema.safeParse(options);
  if (result.success) return { ...result.data, onStatus: onStatus ?? (() => undefined) };
  throw new ConfigError(`invalid stream options: ${z.prettifyError(result.error)}`, { cause: result.error });
}
