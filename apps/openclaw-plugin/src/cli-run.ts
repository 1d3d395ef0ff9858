import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { stateDirOf } from "./account-store.ts";
import { askGateway } from "./cli-ask.ts";
import { answerInbox } from "./inbox-answer.ts";
import { harmless, refuse, refuseUsage } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";
import { InboxUsageError, readInboxRequest } from "./inbox-request.ts";
import type { InboxAction, InboxRequest } from "./inbox-request.ts";
import { getHostRuntime } from "./runtime.ts";

/** Who answered: the gateway that runs, or this process, out of the file, because none runs. */
type Source = "gateway" | "file";

const SOURCE_LINES: Readonly<Record<Source, string>> = {
  gateway: "(asked the running gateway)",
  file: "(no gateway runs: used the file itself)",
};

/** Runs one command and prints its outcome. @returns the exit code: 0 done, 1 nothing found or refused, 2 wrong usage */
export async function runInboxCommand(
  action: InboxAction,
  options: Readonly<Record<string, unknown>>,
  cfg: OpenClawConfig,
): Promise<number> {
  const { json, account, yes, text: _text, ...params } = options;
  const { reply, source } = await answer(action, { ...params, accountId: account, confirmed: yes }, cfg);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ ...reply.data, source: source ?? null }, undefined, 2)}\n`);
  } else {
    const last = source === undefined ? [] : ["", SOURCE_LINES[source]];
    const stream = reply.exitCode === 0 ? process.stdout : process.stderr;
    stream.write(`${[...reply.lines, ...last].map(harmless).join("\n")}\n`);
  }
  return reply.exitCode;
}

interface Answered {
  readonly reply: InboxReply;
  /** `undefined` when nobody was asked. */
  readonly source: Source | undefined;
}

async function answer(
  action: InboxAction,
  params: Readonly<Record<string, unknown>>,
  cfg: OpenClawConfig,
): Promise<Answered> {
  let request: InboxRequest;
  try {
    request = readInboxRequest(action, params);
    if (action === "erase" && params["confirmed"] !== true)
      throw new InboxUsageError("this removes for good what the person wrote: add --yes");
  } catch (error) {
    if (!(error instanceof InboxUsageError)) throw error;
    return { reply: refuseUsage(error), source: undefined };
  }
  const asked = await askGateway(request);
  if (asked.kind === "answered") return { reply: asked.reply, source: "gateway" };
  if (asked.kind === "refused") return { reply: refuse(asked.refusal), source: undefined };
  const stateDir = stateDirOf(getHostRuntime());
  return { reply: await answerInbox(request, { cfg, stateDir, running: [] }), source: "file" };
}
