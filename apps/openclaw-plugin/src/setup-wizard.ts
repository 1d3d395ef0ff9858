import { DEFAULT_ACCOUNT_ID, normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import {
  moveSingleAccountChannelSectionToDefaultAccount,
  promptAccountId,
  WizardCancelledError,
} from "openclaw/plugin-sdk/setup";
import type { ChannelSetupWizardAdapter } from "openclaw/plugin-sdk/setup";

import { defaultAccountId, listAccountIds } from "./accounts.ts";
import type { DingTalkAccount } from "./accounts.ts";
import { CHANNEL_ID } from "./ids.ts";
import { meta } from "./meta.ts";
import { askForAccess } from "./setup-access.ts";
import { patchAccount, PROMOTION } from "./setup-account.ts";
import type { SetupAsk, SetupContext } from "./setup-ask.ts";
import { askForCredentials } from "./setup-credentials.ts";
import { holdWhileSaving } from "./setup-live-check.ts";
import { askForOwner, setOwner } from "./setup-owner.ts";
import { askForReply } from "./setup-reply.ts";
import { readAccount } from "./setup-read.ts";
import { note } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";
import { offerTestMessage } from "./setup-test-message.ts";
import { setupTexts } from "./setup-texts.ts";

type Result = Awaited<ReturnType<ChannelSetupWizardAdapter["configure"]>>;

/** The questions of `openclaw onboard` and `openclaw channels add` without flags. The host writes what they end in. */
export const setupWizard: ChannelSetupWizardAdapter = {
  channel: CHANNEL_ID,
  async getStatus({ cfg, accountOverrides }) {
    const { status } = setupTexts();
    const { configured } = readAccount(cfg, accountOverrides[CHANNEL_ID] ?? defaultAccountId(cfg));
    const inWords = configured ? status.configured : status.unconfigured;
    return {
      channel: CHANNEL_ID,
      configured,
      statusLines: [`${meta.selectionLabel}: ${inWords}`],
      selectionHint: inWords,
    };
  },
  async configure(context) {
    const talk = { prompter: context.prompter, texts: setupTexts() };
    const accountId = await chooseAccount(context);
    const cfg = withRoomFor(context.cfg, accountId);
    return setUp(talk, context, { cfg, accountId, options: context.options });
  },
};

async function chooseAccount(context: SetupContext): Promise<string> {
  const { cfg, prompter, accountOverrides, shouldPromptAccountIds } = context;
  const named = accountOverrides[CHANNEL_ID]?.trim();
  if (named) return normalizeAccountId(named);
  const standard = defaultAccountId(cfg);
  if (!shouldPromptAccountIds) return standard;
  const about = { cfg, prompter, label: meta.label, listAccountIds };
  return promptAccountId({ ...about, currentId: standard, defaultAccountId: standard });
}

/** A named account beside one at the top: that one moves below `accounts`, with what belongs to it. */
const withRoomFor = (cfg: OpenClawConfig, accountId: string): OpenClawConfig =>
  accountId === DEFAULT_ACCOUNT_ID ? cfg : belowAccounts(cfg);

function belowAccounts(cfg: OpenClawConfig): OpenClawConfig {
  return moveSingleAccountChannelSectionToDefaultAccount({
    cfg,
    channelKey: CHANNEL_ID,
    setupSurface: PROMOTION,
  });
}

async function setUp(talk: SetupTalk, context: SetupContext, setup: SetupAsk): Promise<Result> {
  const { accountId } = setup;
  const before = readAccount(setup.cfg, accountId);
  await noteProblems(talk, before);
  if (!before.configured) await note(talk, talk.texts.intro);
  const { cfg, account, fresh } = await askForCredentials(talk, setup);
  try {
    // A secret that only the gateway can fetch: nothing can be tried here.
    if (account.clientSecret !== undefined) await holdWhileSaving(talk, account);
    const settled = await askForSettings(talk, { ...setup, cfg });
    return { cfg: await finish(talk, { ...setup, cfg: settled }, account), accountId };
  } catch (error) {
    // What was settled is worth keeping. An account that worked before stays as it was.
    if (!(error instanceof WizardCancelledError) || !fresh || before.configured) throw error;
    context.runtime.log(talk.texts.paused(accountId));
    // The account alone is off: the host no longer finds a channel that is.
    const paused = patchAccount(belowAccounts(cfg), accountId, { set: { enabled: false } });
    return { cfg: paused, completion: "paused" };
  }
}

async function noteProblems(talk: SetupTalk, { problems }: DingTalkAccount): Promise<void> {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `${path}: ${message}`);
  await note(talk, { title: talk.texts.problems.title, lines });
}

async function askForSettings(talk: SetupTalk, setup: SetupAsk): Promise<OpenClawConfig> {
  // The quick start of `openclaw onboard` asks for as little as it can: the defaults are safe.
  if (setup.options?.quickstartDefaults === true) return setup.cfg;
  const cfg = await askForReply(talk, setup);
  return askForAccess(talk, { ...setup, cfg });
}

async function finish(talk: SetupTalk, setup: SetupAsk, account: DingTalkAccount): Promise<OpenClawConfig> {
  const named = await askForOwner(talk, setup.cfg);
  const canSend = named !== undefined && account.clientSecret !== undefined;
  const owner = canSend ? await offerTestMessage(talk, account, named) : named;
  const cfg = owner === undefined ? setup.cfg : setOwner(setup, owner);
  const { end } = talk.texts;
  const settings = readAccount(cfg, setup.accountId).settings;
  const lines = [
    end.gateway,
    ...(owner === undefined && settings?.dmPolicy === "pairing" ? [end.pair] : []),
    ...(settings?.groupPolicy === "allowlist" ? [end.groups] : []),
    end.look,
  ];
  await note(talk, { title: end.title, lines });
  return cfg;
}
