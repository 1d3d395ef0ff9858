import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { promptSingleChannelSecretInput } from "openclaw/plugin-sdk/setup";

import type { DingTalkAccount } from "./accounts.ts";
import { CHANNEL_ID, ENV_CLIENT_SECRET } from "./ids.ts";
import { patchAccount } from "./setup-account.ts";
import type { SetupAsk } from "./setup-ask.ts";
import { readAccount, readWithSecret } from "./setup-read.ts";
import { scanForRobot } from "./setup-scan.ts";
import { ask, choose, during, isFailure, note, noteFailure } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";

type Way = "keep" | "scan" | "type" | "reference" | "environment";

/** Credentials that somebody gave: in the config to be written, and as they are used. */
export interface GivenCredentials {
  readonly cfg: OpenClawConfig;
  readonly account: DingTalkAccount;
  /** Whether they are not what the config held before. */
  readonly fresh: boolean;
}

/** Asks until DingTalk accepts the credentials, or the person wants to go on without. */
export async function askForCredentials(talk: SetupTalk, setup: SetupAsk): Promise<GivenCredentials> {
  for (;;) {
    const way = await chooseWay(talk, setup);
    const credentials = await GIVEN_BY[way](talk, setup);
    if (credentials === undefined) continue;
    // DingTalk has just made these.
    if (way === "scan" || (await isAccepted(talk, credentials.account))) return credentials;
  }
}

async function chooseWay(talk: SetupTalk, { cfg, accountId, options }: SetupAsk): Promise<Way> {
  const { credentials } = talk.texts;
  const { clientId, configured, credentialSource, settings } = readAccount(cfg, accountId);
  const usable = settings !== undefined && configured && clientId !== undefined;
  const keep = usable && credentialSource === "config";
  const environment = environmentClientId(cfg, accountId);
  return choose<Way>(
    talk,
    credentials.message,
    [
      ...(keep ? [{ value: "keep", ...credentials.keep(clientId) } as const] : []),
      ...(environment === undefined
        ? []
        : [{ value: "environment", ...credentials.environment(environment) } as const]),
      { value: "scan", ...credentials.scan },
      { value: "type", ...credentials.type },
      { value: "reference", ...credentials.reference },
    ],
    options?.secretInputMode === "ref" && !keep ? "reference" : undefined,
  );
}

const withoutCredentials = (cfg: OpenClawConfig, accountId: string): OpenClawConfig =>
  patchAccount(cfg, accountId, { set: {}, clear: ["clientId", "clientSecret"] });

/** What the account would use if the config said nothing. */
function environmentClientId(cfg: OpenClawConfig, accountId: string): string | undefined {
  const account = readAccount(withoutCredentials(cfg, accountId), accountId);
  return account.credentialSource === "env" && account.configured ? account.clientId : undefined;
}

type Giver = (talk: SetupTalk, setup: SetupAsk) => Promise<GivenCredentials | undefined>;

const GIVEN_BY: Readonly<Record<Way, Giver>> = {
  keep: async (_talk, { cfg, accountId }) => ({
    cfg: patchAccount(cfg, accountId, { set: {} }),
    account: await readWithSecret(cfg, accountId),
    fresh: false,
  }),
  environment: async (_talk, setup) => {
    const cfg = withoutCredentials(setup.cfg, setup.accountId);
    return { cfg, account: readAccount(cfg, setup.accountId), fresh: true };
  },
  async scan(talk, setup) {
    const robot = await scanForRobot(talk, setup);
    return robot && given(setup, robot.clientId, robot.clientSecret);
  },
  async type(talk, setup) {
    const clientId = await askForClientId(talk, setup);
    const { clientSecret, required, noSpaces } = talk.texts.credentials;
    const secret = await ask(talk, {
      message: clientSecret,
      sensitive: true,
      validate: (value) => (value === "" ? required : /\s/.test(value) ? noSpaces : undefined),
    });
    return given(setup, clientId, secret);
  },
  async reference(talk, setup) {
    const clientId = await askForClientId(talk, setup);
    const { clientSecret } = talk.texts.credentials;
    const secret = await promptSingleChannelSecretInput({
      cfg: setup.cfg,
      prompter: talk.prompter,
      providerHint: CHANNEL_ID,
      credentialLabel: clientSecret,
      secretInputMode: "ref",
      accountConfigured: false,
      canUseEnv: false,
      hasConfigToken: false,
      envPrompt: clientSecret,
      keepPrompt: clientSecret,
      inputPrompt: clientSecret,
      preferredEnvVar: ENV_CLIENT_SECRET,
    });
    return secret.action === "set" ? given(setup, clientId, secret.value, secret.resolvedValue) : undefined;
  },
};

function askForClientId(talk: SetupTalk, { cfg, accountId }: SetupAsk): Promise<string> {
  const { clientId, required, noSpaces } = talk.texts.credentials;
  return ask(talk, {
    message: clientId,
    placeholder: "dingxxxxxxxxxxxxxxxx",
    initialValue: readAccount(cfg, accountId).clientId,
    validate: (value) => (value === "" ? required : /\s/.test(value) ? noSpaces : undefined),
  });
}

/** @param secret - as it is written; @param resolved - the secret itself */
function given(
  { cfg: before, accountId }: SetupAsk,
  clientId: string,
  secret: unknown,
  resolved: unknown = secret,
): GivenCredentials {
  const cfg = patchAccount(before, accountId, { set: { clientId, clientSecret: secret } });
  const account = readAccount(cfg, accountId);
  return {
    cfg,
    account: { ...account, ...(typeof resolved === "string" && { clientSecret: resolved }) },
    fresh: true,
  };
}

/** Asks DingTalk, as often as the person wants. @returns false: ask for others */
async function isAccepted(talk: SetupTalk, account: DingTalkAccount): Promise<boolean> {
  const { credentials } = talk.texts;
  const { checkCredentials } = await import("./on-demand.ts");
  for (;;) {
    try {
      await during(talk, credentials.checking, () => checkCredentials(account));
      await note(talk, {
        title: credentials.message,
        lines: [credentials.accepted(account.clientId ?? "")],
      });
      return true;
    } catch (error) {
      if (!isFailure(error)) throw error;
      await noteFailure(talk, credentials.refused, error);
    }
    const { change, again, save } = credentials;
    const next = await choose(talk, credentials.after, [
      { value: "change", ...change },
      { value: "again", ...again },
      { value: "save", ...save },
    ]);
    if (next !== "again") return next === "save";
  }
}
