import type { DirectPolicy, GroupPolicy } from "@dingtalk-kit/config";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { resolveAccount } from "./accounts.ts";
import { directScope, sharesDirectSession } from "./session-scope.ts";
import { accountValue, patchAccount } from "./setup-account.ts";
import type { SetupAsk } from "./setup-ask.ts";
import { ask, choose, splitIds } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";

/** Who may write to the robot, in which groups it answers, and whether people share a session. */
export async function askForAccess(talk: SetupTalk, setup: SetupAsk): Promise<OpenClawConfig> {
  const direct = await askForDirect(talk, setup);
  const groups = await askForGroups(talk, { ...setup, cfg: direct });
  return askForSessions(talk, groups);
}

async function askForDirect(talk: SetupTalk, { cfg, accountId }: SetupAsk): Promise<OpenClawConfig> {
  const { access } = talk.texts;
  const dmPolicy = await choose<DirectPolicy>(
    talk,
    access.direct,
    [
      { value: "pairing", ...access.pairing },
      { value: "allowlist", ...access.allowlist },
      { value: "open", ...access.open },
      { value: "disabled", ...access.disabled },
    ],
    resolveAccount(cfg, accountId).settings?.dmPolicy ?? "pairing",
  );
  const decided = setDirectPolicy(cfg, accountId, dmPolicy);
  if (dmPolicy !== "allowlist") return decided;
  const current = allowFrom(decided, accountId);
  const named = splitIds(await ask(talk, { message: access.allowFrom, initialValue: current.join(", ") }));
  return patchAccount(decided, accountId, { set: { allowFrom: named } });
}

/** `open` needs `"*"` in the list of people, and nothing else may leave it there. */
export function setDirectPolicy(
  cfg: OpenClawConfig,
  accountId: string,
  dmPolicy: DirectPolicy,
): OpenClawConfig {
  const before = allowFrom(cfg, accountId);
  const people = before.filter((entry) => entry !== "*");
  const next = dmPolicy === "open" ? [...people, "*"] : people;
  const changes = next.length !== before.length;
  return patchAccount(cfg, accountId, { set: { dmPolicy, ...(changes && { allowFrom: next }) } });
}

export function allowFrom(cfg: OpenClawConfig, accountId: string): readonly string[] {
  const list = accountValue(cfg, accountId, "allowFrom");
  return Array.isArray(list) ? list.map(String) : [];
}

async function askForGroups(talk: SetupTalk, { cfg, accountId }: SetupAsk): Promise<OpenClawConfig> {
  const { access } = talk.texts;
  const groupPolicy = await choose<GroupPolicy>(
    talk,
    access.groups,
    [
      { value: "allowlist", ...access.groupAllowlist },
      { value: "open", ...access.groupOpen },
      { value: "disabled", ...access.groupDisabled },
    ],
    resolveAccount(cfg, accountId).settings?.groupPolicy ?? "allowlist",
  );
  const decided = patchAccount(cfg, accountId, { set: { groupPolicy } });
  if (groupPolicy !== "allowlist") return decided;
  const known: unknown = accountValue(decided, accountId, "groups");
  const groups: Readonly<Record<string, unknown>> = { ...Object(known) };
  const named = splitIds(
    await ask(talk, { message: access.groupIds, initialValue: Object.keys(groups).join(", ") }),
  );
  if (named.length === 0 && known === undefined) return decided;
  const listed = Object.fromEntries(named.map((id) => [id, groups[id] ?? {}]));
  return patchAccount(decided, accountId, { set: { groups: listed } });
}

async function askForSessions(talk: SetupTalk, cfg: OpenClawConfig): Promise<OpenClawConfig> {
  const { access } = talk.texts;
  const shares = sharesDirectSession(cfg);
  // Somebody chose a scope between "own" and "shared" for all channels: not ours to change.
  if (cfg.session?.dmScope !== undefined && !shares) return cfg;
  const answer = await choose(
    talk,
    access.sessions,
    [
      { value: "own", ...access.own },
      { value: "shared", ...access.shared },
    ],
    shares ? "shared" : "own",
  );
  if ((answer === "shared") === shares) return cfg;
  const { dmScope: _dmScope, ...session } = cfg.session ?? {};
  if (answer === "shared") return { ...cfg, session: { ...session, dmScope: "main" } };
  const own = directScope({ ...cfg, session });
  return { ...cfg, session: { ...session, ...(own !== undefined && { dmScope: own }) } };
}
