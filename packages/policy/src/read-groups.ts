import { isRecord } from "./policy-reader.ts";
import type { PolicyReader } from "./policy-reader.ts";
import type { ListReader } from "./read-lists.ts";
import type { ResolvedGroup } from "./resolved-policy.ts";

/** Reads `groups`. A group that cannot be read is shut. */
export function readGroups(
  reader: PolicyReader,
  value: unknown,
  { list, requireMention }: { readonly list: ListReader; readonly requireMention: boolean },
): Map<string, ResolvedGroup> | "broken" | undefined {
  const written = reader.record("groups", value);
  if (written === "broken" || written === undefined) return written;
  return new Map(
    written.map(([id, group]) => {
      const path = `groups.${id}`;
      const known = isRecord(group);
      if (!known) reader.broken(path, "the group is not let in, because it is no object");
      const keys = known ? group : { enabled: false };
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
