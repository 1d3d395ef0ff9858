import { resolveAccount } from "./accounts.ts";
import type { Plugin } from "./host-types.ts";
import type { KnownName } from "./known-names.ts";
import { formatTarget, parseTarget, stripAllowPrefix } from "./targets.ts";

type Directory = NonNullable<Plugin["directory"]>;
type List = NonNullable<Directory["listPeers"]>;
type Entry = Awaited<ReturnType<List>>[number];

/** Whom messages can be sent to: who has written, by name, and who stands in the settings. */
export const directory: Directory = {
  listPeers: (params) =>
    list("user", params, ({ allowFrom, ownerAllowFrom }) => [...allowFrom, ...ownerAllowFrom]),
  listGroups: (params) => list("group", params, ({ groups }) => Object.keys(groups ?? {})),
};

type Settings = NonNullable<ReturnType<typeof resolveAccount>["settings"]>;

async function list(
  kind: KnownName["kind"],
  { cfg, accountId, query, limit }: Parameters<List>[0],
  configured: (settings: Settings) => readonly string[],
): Promise<Entry[]> {
  const { settings } = resolveAccount(cfg, accountId);
  const entries = new Map<string, Entry>();
  for (const written of settings === undefined ? [] : configured(settings)) {
    const target = written.includes("*") ? undefined : parseTarget(stripAllowPrefix(written));
    if (target?.kind === kind) entries.set(formatTarget(target), { kind, id: formatTarget(target) });
  }
  const { findNames } = await import("./on-demand.ts");
  for (const known of await findNames(cfg, accountId)) {
    const id = `${known.kind}:${known.id}`;
    if (known.kind === kind) entries.set(id, { kind, id, name: known.name });
  }
  const wanted = query?.trim().toLowerCase() ?? "";
  const fitting = [...entries.values()].filter(({ id, name }) =>
    `${id} ${name ?? ""}`.toLowerCase().includes(wanted),
  );
  return fitting.slice(0, limit ?? fitting.length);
}
