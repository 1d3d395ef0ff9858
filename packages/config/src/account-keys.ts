import type { Endpoints } from "@dingtalk-kit/protocol";
import { z } from "zod";

import type { AccountSettings, GroupSettings } from "./account-settings.ts";
import { describeAllowed, schemaAt } from "./allowed-values.ts";

// A type, not an interface: zod wants an index signature.
type KeyMeta = {
  readonly label: string;
  readonly help: string;
  readonly sensitive?: boolean;
  readonly advanced?: boolean;
};

const about = (label: string, help: string, extra: Partial<KeyMeta> = {}): KeyMeta => ({
  label,
  help,
  ...extra,
});

const text = z.string().trim().min(1);
/** Ids may be written as numbers in a config file; they are text everywhere else. */
const id = z.union([text, z.number().transform(String)]);
const ids = z.array(id);
const delayMs = z.int().min(100).max(3_600_000);

const group = z.looseObject({
  enabled: z.boolean().default(true),
  requireMention: z.boolean().optional(),
  allowFrom: ids.optional(),
});

/** The one list of keys. Everything else about them (JSON schema, form hints, the README's table) is derived from it. */
const keys = {
  enabled: z.boolean().default(true).meta(about("Enabled", "Whether this account is started.")),
  name: text.optional().meta(about("Name", "A name of your own for this account, shown in status and logs.")),
  clientId: text
    .optional()
    .meta(
      about(
        "Client ID",
        "Client ID (AppKey) of the DingTalk app, from the developer console under Credentials.",
      ),
    ),
  clientSecret: z
    .union([text, z.looseObject({})])
    .optional()
    .meta(
      about("Client Secret", "Client Secret (AppSecret) of the app: the text itself, or a SecretRef.", {
        sensitive: true,
      }),
    ),
  robotCode: text
    .optional()
    .meta(about("Robot code", "Robot code, where it differs from the Client ID.", { advanced: true })),
  messageType: z
    .enum(["markdown", "card"])
    .default("markdown")
    .meta(
      about(
        "Reply as",
        "`card`: one AI card that grows while the agent writes. `markdown`: messages when it is done.",
      ),
    ),
  cardTemplateId: text
    .optional()
    .meta(
      about(
        "Card template",
        "Id of an AI card template of yours (`….schema`). Without it the public template is used.",
      ),
    ),
  cardTemplateKey: text
    .optional()
    .meta(about("Card variable", "The streaming variable of that template, such as `content`.")),
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
    .union([z.enum(["inherit", "none"]), z.url({ protocol: /^https?$/ })])
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
  dmPolicy: z
    .enum(["pairing", "allowlist", "open", "disabled"])
    .default("pairing")
    .meta(
      about(
        "Who may write in 1:1 chats",
        '`pairing`: strangers get a code that you approve. `allowlist`: only `allowFrom`. `open`: also needs `"*"` in `allowFrom`.',
      ),
    ),
  allowFrom: ids
    .default([])
    .meta(
      about("Allowed people", 'Staff ids that may write in 1:1 chats, or `"*"`. An empty list means nobody.'),
    ),
  groupPolicy: z
    .enum(["allowlist", "open", "disabled"])
    .default("allowlist")
    .meta(
      about(
        "Groups",
        "`allowlist`: only the groups in `groups`, or the people in `groupAllowFrom`. `open`: every group that has the robot.",
      ),
    ),
  groupAllowFrom: ids
    .optional()
    .meta(
      about(
        "Allowed people in groups",
        'Staff ids that may use the robot in groups, or `"*"`. People, not groups.',
      ),
    ),
  groups: z
    .record(z.string(), group)
    .optional()
    .meta(
      about(
        "Group settings",
        "By conversation id (`cid…`) or `*`: `enabled`, `requireMention`, `allowFrom`.",
      ),
    ),
  requireMention: z
    .boolean()
    .default(true)
    .meta(about("Mention needed", "Whether the robot must be @mentioned in groups.")),
  turnTimeoutMs: z
    .int()
    .min(10_000)
    .max(86_400_000)
    .default(600_000)
    .meta(
      about(
        "Longest silence",
        "Milliseconds without any sign of life from the agent, after which the answer ends with a reason.",
        { advanced: true },
      ),
    ),
  maxConcurrentTurns: z
    .int()
    .min(1)
    .max(100)
    .default(8)
    .meta(
      about("Turns at once", "Messages that are worked on side by side, in different conversations.", {
        advanced: true,
      }),
    ),
  maxQueuedPerConversation: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .meta(
      about("Queue", "Messages of one conversation that may wait; one more is refused with a sentence.", {
        advanced: true,
      }),
    ),
  repeatUncertain: z
    .boolean()
    .default(true)
    .meta(
      about(
        "Repeat after a crash",
        "Whether a plain message that may have been sent just before a crash is sent again: rather twice than never.",
        { advanced: true },
      ),
    ),
  retention: z
    .object({
      doneDays: z.int().min(1).max(365).default(7),
      deadDays: z.int().min(1).max(365).default(30),
      textDays: z.int().min(0).max(365).default(7),
    })
    .default({ doneDays: 7, deadDays: 30, textDays: 7 })
    .meta(
      about(
        "Retention",
        "Days that are kept: `doneDays` of answered messages (duplicates are recognised as long), `deadDays` of those that could not be answered, `textDays` of their text.",
        { advanced: true },
      ),
    ),
  debug: z
    .boolean()
    .default(false)
    .meta(
      about("Debug log", "Writes each step to the log. Message text and secrets stay out.", {
        advanced: true,
      }),
    ),
  endpoints: z
    .object({ api: z.url().optional(), oapi: z.url().optional() })
    .default({})
    .meta(
      about("Endpoints", "`api` and `oapi`: base URLs of a private deployment, or of the simulator.", {
        advanced: true,
      }),
    ),
} satisfies { readonly [Key in keyof AccountSettings]-?: z.ZodType };

/** Every key that an account may have. */
export const ACCOUNT_KEYS: readonly string[] = Object.keys(keys);

/** Every key that an entry of `groups` may have. */
export const GROUP_KEYS: readonly string[] = Object.keys(group.shape);

/** What is known about one key, for forms and documents. */
export interface AccountKey {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly sensitive: boolean;
  readonly advanced: boolean;
  /** JSON schema of a value that is right. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** @returns the keys in the order in which people should meet them. */
export function describeAccountKeys(): readonly AccountKey[] {
  return Object.entries(keys).map(([name, type]) => {
    const {
      $schema: _schema,
      label,
      help,
      sensitive,
      advanced,
      ...schema
    } = z.toJSONSchema(type, { io: "input" });
    return {
      name,
      label: String(label),
      help: String(help),
      sensitive: sensitive === true,
      advanced: advanced === true,
      schema,
    };
  });
}

/** One value that does not fit. `path` starts with the key. */
export interface Misfit {
  readonly path: readonly PropertyKey[];
  readonly allowed: string;
}

export type ReadKeys =
  | { readonly ok: true; readonly settings: AccountSettings }
  | { readonly ok: false; readonly misfits: readonly Misfit[] };

const accountSchema = z.object(keys);

/** Reads the keys of one account, defaults filled in. Unknown keys are dropped; see {@link ACCOUNT_KEYS}. */
export function readAccountKeys(values: Readonly<Record<string, unknown>>): ReadKeys {
  const result = accountSchema.safeParse(values);
  if (result.success) return { ok: true, settings: toSettings(result.data) };
  return { ok: false, misfits: result.error.issues.map(({ path }) => ({ path, allowed: allowedAt(path) })) };
}

function toSettings(read: z.output<typeof accountSchema>): AccountSettings {
  return {
    ...read,
    name: read.name,
    clientId: read.clientId,
    clientSecret: read.clientSecret,
    robotCode: read.robotCode,
    cardTemplateId: read.cardTemplateId,
    cardTemplateKey: read.cardTemplateKey,
    caFile: read.caFile,
    groupAllowFrom: read.groupAllowFrom,
    groups: read.groups && toGroups(read.groups),
    endpoints: toEndpoints(read.endpoints),
  };
}

function toGroups(read: Readonly<Record<string, z.output<typeof group>>>): Record<string, GroupSettings> {
  return Object.fromEntries(
    Object.entries(read).map(([cid, { enabled, requireMention, allowFrom }]) => [
      cid,
      { enabled, requireMention, allowFrom },
    ]),
  );
}

function toEndpoints({ api, oapi }: z.output<typeof accountSchema>["endpoints"]): Partial<Endpoints> {
  return { ...(api !== undefined && { api }), ...(oapi !== undefined && { oapi }) };
}

function allowedAt(path: readonly PropertyKey[]): string {
  const [name, ...inner] = path.map(String);
  const key = describeAccountKeys().find((candidate) => candidate.name === name);
  return describeAllowed(schemaAt(key?.schema ?? {}, inner));
}
