import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import type { ChannelSetupWizardAdapter } from "openclaw/plugin-sdk/setup";

export type SetupContext = Parameters<ChannelSetupWizardAdapter["configure"]>[0];

/** One account that is being set up, and the config as far as it has come. */
export interface SetupAsk {
  readonly cfg: OpenClawConfig;
  readonly accountId: string;
  readonly options: SetupContext["options"];
}
