import { ConfigError } from "@dingtalk-kit/protocol";
import { normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { stateDirOf } from "./account-store.ts";
import { defaultAccountId, resolveAccount } from "./accounts.ts";
import { answerInbox } from "./inbox-answer.ts";
import type { InboxReply } from "./inbox-reply.ts";
import type { NamesRequest } from "./inbox-request.ts";
import { readName } from "./known-names.ts";
import type { KnownName } from "./known-names.ts";
import { runningInboxes } from "./running-inboxes.ts";
import { getHostRuntime } from "./runtime.ts";

/**
 * The names that an account knows: from its inbox if it runs in this process, else from the gateway, else from the file.
 *
 * @throws ConfigError when none of them can be read.
 */
export async function findNames(
  cfg: OpenClawConfig,
  accountId?: string | null,
): Promise<readonly KnownName[]> {
  const request: NamesRequest = {
    action: "names",
    accountId: normalizeAccountId(accountId ?? defaultAccountId(cfg)),
  };
  const { data, lines, exitCode } = await ask(request, cfg);
  if (exitCode !== 0) throw new ConfigError(`names cannot be looked up: ${lines.join(" ")}`);
  const names: unknown = data["names"];
  return Array.isArray(names) ? names.flatMap((name) => readName(name) ?? []) : [];
}

/**
 * The names that may be used in place of ids.
 *
 * @throws ConfigError when the account's `displayNameResolution` wants ids, or as {@link findNames}.
 */
export async function findNamesOfTargets(
  cfg: OpenClawConfig,
  accountId?: string | null,
): Promise<readonly KnownName[]> {
  const account = resolveAccount(cfg, accountId);
  if (account.settings?.displayNameResolution !== "disabled") return findNames(cfg, accountId);
  throw new ConfigError(
    `account "${account.accountId}" takes no names as targets: its setting displayNameResolution is "disabled". Next: use user:<staffId> or group:<openConversationId>; \`openclaw directory peers list\` and \`groups list\` with \`--channel dingtalk\` show them`,
  );
}

async function ask(request: NamesRequest, cfg: OpenClawConfig): Promise<InboxReply> {
  const running = runningInboxes();
  if (running.length === 0) {
    const { askGateway } = await import("./cli-ask.ts");
    const asked = await askGateway(request);
    if (asked.kind === "answered") return asked.reply;
    if (asked.kind === "refused") {
      const { message, next } = asked.refusal;
      throw new ConfigError(`names cannot be looked up: ${message} Next: ${next}; ids need no look-up`);
    }
  }
  return answerInbox(request, { cfg, stateDir: stateDirOf(getHostRuntime()), running });
}
