import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { CHANNEL_ID } from "./ids.ts";
import { allowFrom } from "./setup-access.ts";
import { patchAccount } from "./setup-account.ts";
import type { SetupAsk } from "./setup-ask.ts";
import { ask, note } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";
import { stripAllowPrefix } from "./targets.ts";

/** Asks who the owner is. @returns the staff id, or `undefined` when the person does not know it */
export async function askForOwner(talk: SetupTalk, cfg: OpenClawConfig): Promise<string | undefined> {
  const { owner } = talk.texts;
  await note(talk, owner);
  const staffId = await ask(talk, {
    message: owner.message,
    initialValue: knownOwner(cfg),
    validate: (value) => (value === "" || isStaffId(value) ? undefined : owner.invalid),
  });
  return staffId === "" ? undefined : stripAllowPrefix(staffId);
}

/** A person that messages can be sent to, as opposed to everybody or an encrypted id. */
export function isStaffId(value: string): boolean {
  const id = stripAllowPrefix(value);
  return id !== "" && id !== "*" && !id.startsWith("$:") && !/\s/.test(id);
}

/** The owner may use OpenClaw's own commands, and write to the robot whatever the policy is. */
export function setOwner(
  { cfg, accountId }: Pick<SetupAsk, "cfg" | "accountId">,
  staffId: string,
): OpenClawConfig {
  const owner = `${CHANNEL_ID}:${staffId}`;
  const owners = cfg.commands?.ownerAllowFrom ?? [];
  const people = allowFrom(cfg, accountId);
  const isIn = people.some((entry) => stripAllowPrefix(entry) === staffId);
  const next = isIn ? cfg : patchAccount(cfg, accountId, { set: { allowFrom: [...people, staffId] } });
  return owners.includes(owner)
    ? next
    : { ...next, commands: { ...next.commands, ownerAllowFrom: [...owners, owner] } };
}

function knownOwner(cfg: OpenClawConfig): string | undefined {
  const prefix = `${CHANNEL_ID}:`;
  const owner = cfg.commands?.ownerAllowFrom?.map(String).find((entry) => entry.startsWith(prefix));
  return owner?.slice(prefix.length);
}
