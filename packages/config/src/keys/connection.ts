import { z } from "zod";

import type { ConnectionSettings } from "../account-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { delayMs, httpUrl, text } from "./value-schemas.ts";

/** How the account reaches DingTalk. */
export const connectionKeys: KeySchemas<ConnectionSettings> = {
  transport: z
    .enum(["stream", "http", "both"])
    .default("stream")
    .meta(
      about(
        "Transport",
        "`stream`: we dial out, no public address is needed. `http`: DingTalk posts to your URL. `both`: whichever delivers first.",
        { advanced: true, notYet: true },
      ),
    ),
  maxConnectionAttempts: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .meta(
      about(
        "Attempts before the alert",
        "After so many failures in a row one alert is raised; retries go on at the longest delay.",
        { advanced: true },
      ),
    ),
  initialReconnectDelay: delayMs.default(1000).meta(
    about("First reconnect delay", "Milliseconds before the first retry; doubled each time.", {
      advanced: true,
    }),
  ),
  maxReconnectDelay: delayMs
    .default(60_000)
    .meta(about("Longest reconnect delay", "Milliseconds; no retry waits longer.", { advanced: true })),
  reconnectJitter: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .meta(
      about(
        "Reconnect jitter",
        "Share by which each delay varies, so that robots do not reconnect together.",
        { advanced: true },
      ),
    ),
  requestsPerSecond: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .meta(
      about(
        "Calls per second",
        "Limit of calls to each API per second, as DingTalk grants your app (20 in the standard edition). Accounts of one app share it.",
        { advanced: true },
      ),
    ),
  proxy: z
    .union([z.enum(["inherit", "none"]), httpUrl])
    .default("inherit")
    .meta(
      about(
        "Proxy",
        "`inherit`: as `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say. `none`: direct. Or `http(s)://user:password@host:port`.",
        { sensitive: true, advanced: true },
      ),
    ),
  caFile: text
    .optional()
    .meta(
      about(
        "CA file",
        "Path of a PEM file with authorities to trust beside those of Node.js, such as that of a proxy that opens TLS.",
        { advanced: true },
      ),
    ),
  ipFamily: z
    .literal(["auto", 4, 6])
    .default("auto")
    .meta(about("IP family", "`4` or `6`: connects over that family only.", { advanced: true })),
  endpoints: z
    .object({
      api: z.url().exactOptional().meta(about("OpenAPI", "Instead of `https://api.dingtalk.com`.")),
      oapi: z.url().exactOptional().meta(about("Old API", "Instead of `https://oapi.dingtalk.com`.")),
    })
    .default({})
    .meta(
      about("Endpoints", "Base URLs of a private deployment, or of the simulator.", {
        advanced: true,
      }),
    ),
};
