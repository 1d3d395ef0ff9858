import { ConfigError } from "@dingtalk-kit/protocol";
import type { Target } from "@dingtalk-kit/protocol";

import type { KnownName } from "./known-names.ts";
import { formatTarget, readTarget } from "./targets.ts";

const TARGET_FORMS =
  "user:<staffId>, group:<openConversationId>, cid…, or the name of a person or group that has written";

/**
 * Where a message should go that was addressed by an id or by a name. An id needs no look-up. A name must be meant
 * exactly and by one alone: a message to the wrong person is worse than none.
 *
 * @param lookUp - the known names
 * @throws ConfigError that says which forms there are, or lists the candidates with their ids.
 */
export async function resolveTarget(
  raw: string,
  lookUp: () => Promise<readonly KnownName[]>,
): Promise<Target> {
  const written = readTarget(raw);
  if (written === undefined) throw new ConfigError(`"${raw}" is no DingTalk target: use ${TARGET_FORMS}`);
  const { name, among, id } = written;
  if (name === undefined) return id;
  // What may be an id is one when names cannot be read, or nobody has that name.
  const names = id === undefined ? await lookUp() : await lookUp().catch(() => []);
  const kinds = names.filter(({ kind }) => among === undefined || kind === among);
  const byId = kinds.find((known) => known.id === name);
  if (byId !== undefined) return targetOf(byId);
  const fitting = kinds.filter((known) => comparable(known.name) === comparable(name));
  const [only, ...others] = fitting;
  if (only === undefined) {
    if (id !== undefined) return id;
    throw new ConfigError(
      `nobody${among === "user" ? "" : " and no group"} is known as "${name}": use ${TARGET_FORMS}. Next: \`openclaw directory peers list\` and \`groups list\` with \`--channel dingtalk\` show the names`,
    );
  }
  if (others.length === 0 && id === undefined) return targetOf(only);
  const perhaps = id === undefined ? [] : [`${formatTarget(id)} (if that is a staff id)`];
  const candidates = [
    ...fitting.map((known) => `${formatTarget(targetOf(known))} (${known.name})`),
    ...perhaps,
  ];
  throw new ConfigError(`"${name}" may be ${candidates.join(" or ")}. Next: use one of these ids`);
}

const targetOf = ({ kind, id }: KnownName): Target =>
  kind === "group" ? { kind, conversationId: id } : { kind, staffId: id };

/** Full-width forms, letter case and runs of white space do not tell names apart. */
const comparable = (name: string): string =>
  name.normalize("NFKC").trim().replaceAll(/\s+/g, " ").toLowerCase();
