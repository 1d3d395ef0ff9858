import { z } from "zod";

import type { AccountSettings } from "./account-settings.ts";
import { accessKeys } from "./keys/access.ts";
import { connectionKeys } from "./keys/connection.ts";
import { customRobot } from "./keys/custom-robot.ts";
import { durabilityKeys } from "./keys/durability.ts";
import { groupEntry } from "./keys/group-entry.ts";
import { httpMode } from "./keys/http-mode.ts";
import { identityKeys } from "./keys/identity.ts";
import type { KeySchemas } from "./keys/key-meta.ts";
import { limitKeys } from "./keys/limits.ts";
import { mediaKeys } from "./keys/media.ts";
import { replyKeys } from "./keys/replies.ts";
import { routingKeys } from "./keys/routing.ts";
import { upkeepKeys } from "./keys/upkeep.ts";

/** The one list of keys. Everything else about them is derived from it: JSON schema, forms, documents, messages. */
const keys: KeySchemas<AccountSettings> = {
  ...identityKeys,
  ...replyKeys,
  ...accessKeys,
  ...routingKeys,
  ...limitKeys,
  ...connectionKeys,
  ...durabilityKeys,
  ...mediaKeys,
  http: httpMode,
  webhook: customRobot,
  ...upkeepKeys,
};

/** The keys by what they are about, in the order in which people should meet them. */
export const KEY_AREAS: readonly { readonly title: string; readonly names: readonly string[] }[] = [
  { title: "The app and its robot", names: Object.keys(identityKeys) },
  { title: "Answers", names: Object.keys(replyKeys) },
  { title: "Who may write, and where", names: Object.keys(accessKeys) },
  { title: "Which agent answers", names: Object.keys(routingKeys) },
  { title: "Limits and denials", names: Object.keys(limitKeys) },
  { title: "The way to DingTalk", names: Object.keys(connectionKeys) },
  { title: "When things go wrong", names: Object.keys(durabilityKeys) },
  { title: "Files, names and tools", names: Object.keys(mediaKeys) },
  { title: "HTTP mode and custom robots", names: ["http", "webhook"] },
  { title: "For the operator", names: Object.keys(upkeepKeys) },
];

const accountSchema = z.object(keys);

/** Every key that an account may have. */
export const ACCOUNT_KEYS: readonly string[] = Object.keys(keys);

const UNSET = Object.fromEntries(ACCOUNT_KEYS.map((name) => [name, undefined]));

/** Every key that an entry of `groups` may have. */
export const GROUP_KEYS: readonly string[] = Object.keys(groupEntry.shape);

/** JSON schema of an account's section, with what is known about each key in it. */
export function accountJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(accountSchema, { io: "input" });
}

export type ReadKeys =
  | { readonly ok: true; readonly settings: AccountSettings }
  /** Paths of the values that do not fit; the first step is the key. */
  | { readonly ok: false; readonly misfits: readonly (readonly string[])[] };

/** Reads the keys of one account, defaults filled in. Unknown keys are dropped. */
export function readAccountKeys(values: Readonly<Record<string, unknown>>): ReadKeys {
  const result = accountSchema.safeParse(values);
  // zod leaves keys out that are not written; a setting is always there, if only as undefined.
  if (result.success) return { ok: true, settings: { ...UNSET, ...result.data } };
  return { ok: false, misfits: result.error.issues.map(({ path }) => path.map(String)) };
}
