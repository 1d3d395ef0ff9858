import { isRecord } from "./policy-reader.ts";
import type { PolicyReader } from "./policy-reader.ts";
import type { ListReader } from "./read-lists.ts";
import type { ResolvedGroup } from "./resolved-policy.ts";

/** Reads `groups`. What a group does not say, `*` says for it. A group that cannot be read is shut. */
export function readGroups(
  reader: PolicyReader,
  value: unknown,
  { list, requireMention }: { readonly list: ListReader; readonly requireMention: boolean },
): Map<string, ResolvedGroup> | "broken" | undefined {
  const written = reader.record("groups", value);
  if (written === "broken" || written === undefined) return written;
  const defaults = defaultsOf(written);
  return new Map(
    written.map(([id, group]) => {
      const path = `groups.${id}`;
      const known = isRecord(group);
      if (!known) reader.broken(path, "the group is not let in, because it is no object");
      const keys: Keys = known ? { ...defaults, ...said(group) } : { enabled: false };
      const agent = reader.text(`${path}.agent`, keys["agent"]);
      // An agent of its own may be there to keep the group away from the tools of the others.
      const agentIsRead = agent !== undefined || keys["agent"] === undefined || keys["agent"] === null;
      const enabled = reader.flag(`${path}.enabled`, keys["enabled"], { missing: true, broken: false });
      return [
        id,
        {
          enabled: enabled && agentIsRead,
          requireMention: reader.flag(`${path}.requireMention`, keys["requireMention"], {
            missing: requireMention,
            broken: true,
          }),
          allowFrom: list(`${path}.allowFrom`, keys["allowFrom"]),
          agent,
        },
      ];
    }),
  );
}

type Keys = Readonly<Record<string, unknown>>;

/** That it is listed under its own id is enough to switch a group on that `*` switches off. */
function defaultsOf(written: readonly (readonly [string, unknown])[]): Keys {
  const [, others] = written.find(([id]) => id === "*") ?? [];
  if (others === undefined || others === null) return {};
  // Nobody knows whom it was to keep out.
  if (!isRecord(others)) return { allowFrom: false, requireMention: true };
  const { enabled: _enabled, ...defaults } = others;
  return defaults;
}

function said(group: Keys): Keys {
  return Object.fromEntries(
    Object.entries(group).filter(([, value]) => value !== undefined && value !== null),
  );
}
