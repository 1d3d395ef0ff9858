import { ConfigError, PUBLIC_ENDPOINTS } from "@dingtalk-kit/protocol";
import type { Endpoints } from "@dingtalk-kit/protocol";
import { z } from "zod";

export interface DingTalkApiOptions {
  /** Client id (AppKey) of the app. */
  readonly clientId: string;
  /** Client secret (AppSecret) of the app. */
  readonly clientSecret: string;
  /** @defaultValue `clientId`: they are equal for ordinary app robots */
  readonly robotCode?: string | undefined;
  /** Hosts of a private deployment or a simulator. @defaultValue the public ones */
  readonly endpoints?: Partial<Endpoints> | undefined;
  /** Limit of each HTTP call, in milliseconds, 100 to 120,000. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Calls of one API a second, 1 to 1,000. Shared by all clients of the app; the latest that says it decides.
   *  @defaultValue 20, DingTalk's standard edition */
  readonly ratePerSecond?: number | undefined;
  /** After card calls kept failing, new cards are refused for 30 seconds, then after each card that fails again for twice as
   *  long, up to this: milliseconds, 1,000 to 86,400,000. Shared like `ratePerSecond`. @defaultValue 1_800_000 */
  readonly longestCardPauseMs?: number | undefined;
}

export interface ResolvedApiOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly robotCode: string;
  readonly endpoints: Endpoints;
  readonly timeoutMs: number;
  readonly ratePerSecond: number | undefined;
  readonly longestCardPauseMs: number | undefined;
}

const endpoint = (fallback: string): z.ZodType<string, string | undefined> =>
  z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ""))
    .default(fallback);

const schema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  robotCode: z.string().min(1).optional(),
  endpoints: z
    .strictObject({ api: endpoint(PUBLIC_ENDPOINTS.api), oapi: endpoint(PUBLIC_ENDPOINTS.oapi) })
    .default(PUBLIC_ENDPOINTS),
  timeoutMs: z.int().min(100).max(120_000).default(10_000),
  ratePerSecond: z.int().min(1).max(1_000).optional(),
  longestCardPauseMs: z.int().min(1_000).max(86_400_000).optional(),
});

/** @throws ConfigError that names every option that is wrong. */
export function resolveApiOptions(options: DingTalkApiOptions): ResolvedApiOptions {
  const result = schema.safeParse(options);
  if (result.success) {
    const { robotCode = result.data.clientId, ratePerSecond, longestCardPauseMs, ...data } = result.data;
    return { ...data, robotCode, ratePerSecond, longestCardPauseMs };
  }
  throw new ConfigError(`invalid API options: ${z.prettifyError(result.error)}`, { cause: result.error });
}
