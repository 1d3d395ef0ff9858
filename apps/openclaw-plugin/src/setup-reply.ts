import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { isAccountKey, patchAccount, writtenValue } from "./setup-account.ts";
import type { SetupAsk } from "./setup-ask.ts";
import { readAccount } from "./setup-read.ts";
import { ask, choose } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";

type Text = "cardTemplateId" | "cardTemplateKey" | "robotCode" | "corpId" | "dingtalkAgentId";

/** How answers are shown, and the ids that few need. */
export async function askForReply(talk: SetupTalk, setup: SetupAsk): Promise<OpenClawConfig> {
  const { reply } = talk.texts;
  const current = readAccount(setup.cfg, setup.accountId).settings?.messageType;
  const isNew = writtenValue(setup.cfg, setup.accountId, "messageType") === undefined;
  const messageType = await choose(
    talk,
    reply.message,
    [
      { value: "card", ...reply.card },
      { value: "markdown", ...reply.markdown },
    ],
    current === "markdown" && !isNew ? "markdown" : "card",
  );
  const cfg = patchAccount(setup.cfg, setup.accountId, { set: { messageType } });
  const shown = messageType === "card" ? await askForTemplate(talk, { ...setup, cfg }) : cfg;
  return askForIds(talk, { ...setup, cfg: shown });
}

async function askForTemplate(talk: SetupTalk, setup: SetupAsk): Promise<OpenClawConfig> {
  const { reply } = talk.texts;
  const initialValue = textOf(setup, "cardTemplateId") !== undefined;
  if (!(await talk.prompter.confirm({ message: reply.ownTemplate, initialValue }))) {
    return patchAccount(setup.cfg, setup.accountId, {
      set: {},
      clear: ["cardTemplateId", "cardTemplateKey"],
    });
  }
  const { required } = talk.texts.credentials;
  const cfg = await askForText(talk, setup, { key: "cardTemplateId", message: reply.templateId, required });
  return askForText(
    talk,
    { ...setup, cfg },
    { key: "cardTemplateKey", message: reply.templateKey, required },
  );
}

async function askForIds(talk: SetupTalk, setup: SetupAsk): Promise<OpenClawConfig> {
  const { reply } = talk.texts;
  const known = (["robotCode", "corpId", "dingtalkAgentId"] as const).filter(isAccountKey);
  const initialValue = known.some((key) => textOf(setup, key) !== undefined);
  if (!(await talk.prompter.confirm({ message: reply.ids, initialValue }))) return setup.cfg;
  let { cfg } = setup;
  for (const key of known) cfg = await askForText(talk, { ...setup, cfg }, { key, message: reply[key] });
  return cfg;
}

interface TextKey {
  readonly key: Text;
  readonly message: string;
  /** What to say to an empty answer; without it, an empty one removes the key. */
  readonly required?: string | undefined;
}

async function askForText(
  talk: SetupTalk,
  setup: SetupAsk,
  { key, message, required }: TextKey,
): Promise<OpenClawConfig> {
  const { cfg, accountId } = setup;
  const value = await ask(talk, {
    message,
    initialValue: textOf(setup, key),
    validate: (text) =>
      text === "" ? required : /\s/.test(text) ? talk.texts.credentials.noSpaces : undefined,
  });
  return patchAccount(cfg, accountId, value === "" ? { set: {}, clear: [key] } : { set: { [key]: value } });
}

const textOf = ({ cfg, accountId }: SetupAsk, key: Text): string | undefined =>
  readAccount(cfg, accountId).settings?.[key];
