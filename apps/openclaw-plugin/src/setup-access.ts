import type { DirectPolicy, GroupPolicy } from "@dingtalk-kit/config";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { directScope, sharesDirectSession } from "./session-scope.ts";
import { patchAccount, writtenValue } from "./setup-account.ts";
import type { SetupAsk } from "./setup-ask.ts";
import { readAccount } from "./setup-read.ts";
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
    readAccount(cfg, accountId).settings?.dmPolicy ?? "pairing",
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
  const { settings } = readAccount(cfg, accountId);
  // Of an account with mistakes, what is written: the list must not get lost over them.
  const written = writtenValue(cfg, accountId, "allowFrom");
  return settings?.allowFrom ?? (Array.isArray(written) ? written.map(String) : []);
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
    readAccount(cfg, accountId).settings?.groupPolicy ?? "allowlist",
  );
  const decided = patchAccount(cfg, accountId, { set: { groupPolicy } });
  if (groupPolicy !== "allowlist") return decided;
  const known = readAccount(decided, accountId).settings?.groups;
  const groups: Readonly<Record<string, unknown>> = {
    ...known,
    // As written: the host has keys of its own in there.
    ...Object(writtenValue(decided, accountId, "groups")),
  };
  const named = splitIds(
    await ask(talk, { message: access.groupIds, initialValue: Object.keys(groups).join(", ") }),
  );
  if (named.length === 0 && Object.keys(groups).length === 0) return decided;
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
