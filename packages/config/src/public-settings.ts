import type { AccountSettings } from "./account-settings.ts";

/** The settings without a secret in them, for status pages, audits and reports: what is sensitive is `undefined`. */
export function publicSettings(settings: AccountSettings): AccountSettings {
  const { proxy, http, webhook } = settings;
  const proxyUrl = URL.parse(proxy);
  return {
    ...settings,
    clientSecret: undefined,
    proxy: proxyUrl === null ? proxy : `${proxyUrl.protocol}//${proxyUrl.host}`,
    http: {
      ...http,
      signSecret: undefined,
      token: undefined,
      eventCrypto: { token: undefined, aesKey: undefined },
    },
    webhook: { ...webhook, url: undefined, secret: undefined },
  };
}
