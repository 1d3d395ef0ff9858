import { z } from "zod";

import type { HttpModeSettings } from "../service-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { secret, text } from "./value-schemas.ts";

const eventFields: KeySchemas<HttpModeSettings["eventCrypto"]> = {
  token: secret.optional().meta(about("Token", "Token of the event subscription.", { sensitive: true })),
  aesKey: secret.optional().meta(about("AES key", "Key of the event subscription.", { sensitive: true })),
};
const eventSection: z.ZodType<HttpModeSettings["eventCrypto"]> = z.object(eventFields);

const fields: KeySchemas<HttpModeSettings> = {
  path: text.default("/webhooks/dingtalk").meta(about("Path", "Where DingTalk posts to.")),
  host: text
    .default("127.0.0.1")
    .meta(about("Address", "Address to listen on, where no gateway listens for us.")),
  port: z.int().min(1).max(65_535).optional().meta(about("Port", "Port to listen on, like `host`.")),
  signSecret: secret.optional().meta(
    about("Signing secret", "What the app's callbacks are signed with; the Client Secret when absent.", {
      sensitive: true,
    }),
  ),
  token: secret.optional().meta(
    about("Token", "Token of a legacy outgoing robot. Also `DINGTALK_WEBHOOK_TOKEN` in the environment.", {
      sensitive: true,
    }),
  ),
  maxSkewMs: z
    .int()
    .min(1000)
    .max(86_400_000)
    .default(3_600_000)
    .meta(about("Clock difference", "Milliseconds by which a callback's timestamp may differ.")),
  bodyLimit: z
    .int()
    .min(1024)
    .max(10_485_760)
    .default(1_048_576)
    .meta(about("Largest body", "Bytes that a callback may have.")),
  eventCrypto: eventSection
    .prefault({})
    .meta(about("Encrypted events", "Keys of the HTTP event subscription in the developer console.")),
};
const section: z.ZodType<HttpModeSettings> = z.object(fields);

/** `http`: what DingTalk posts to, and how we know that it was DingTalk. */
export const httpMode: z.ZodType<HttpModeSettings> = section.prefault({}).meta(
  about("HTTP mode", "What DingTalk's callbacks are checked with when `transport` is `http` or `both`.", {
    advanced: true,
    notYet: true,
  }),
);
