import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { stateDirOf } from "./account-store.ts";
import { askGateway } from "./cli-ask.ts";
import { answerInbox } from "./inbox-answer.ts";
import { refuse, refuseUsage } from "./inbox-reply.ts";
import type { InboxReply } from "./inbox-reply.ts";
import { InboxUsageError, readInboxRequest } from "./inbox-request.ts";
import type { InboxAction, InboxRequest } from "./inbox-request.ts";
import { getHostRuntime } from "./runtime.ts";

/** Who answered: the gateway that runs, or this process, out of the file, because none runs. */
type Source = "gateway" | "file";

const SOURCE_LINES: Readonly<Record<Source, string>> = {
  gateway: "(asked the running gateway)",
  file: "(no gateway runs: read from the file)",
};

/** Runs one command and prints its outcome. @returns the exit code: 0 done, 1 nothing found or refused, 2 wrong usage */
export async function runInboxCommand(
  action: InboxAction,
  options: Readonly<Record<string, unknown>>,
  cfg: OpenClawConfig,
): Promise<number> {
  const { json, account, yes, text: _text, ...params } = options;
  const { reply, source } = await answer(action, { ...params, accountId: account, confirmed: yes }, cfg);
  if (json === true)
    print(process.stdout, [JSON.stringify({ ...reply.data, source: source ?? null }, undefined, 2)]);
  else {
    const last = source === undefined ? [] : ["", SOURCE_LINES[source]];
    print(reply.exitCode === 0 ? process.stdout : process.stderr, [...reply.lines, ...last]);
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

function print(stream: NodeJS.WritableStream, lines: readonly string[]): void {
  stream.write(`${lines.join("\n")}\n`);
}
