/** Channel id and manifest id. */
export const CHANNEL_ID = "dingtalk";

/** Our name on npm. */
export const PACKAGE_NAME = "openclaw-plugin-dingtalk";

/** Where the channel's settings stand in the host's config file. */
export const CONFIG_PATH = `channels.${CHANNEL_ID}`;

/** Host versions that the end-to-end tests ran against. */
export const TESTED_HOST = { from: "2026.9.6", to: "2026.9.6" } as const;

/** Environment variables that stand in for the default account's credentials. */
export const ENV_CLIENT_ID = "DINGTALK_CLIENT_ID";
export const ENV_CLIENT_SECRET = "DINGTALK_CLIENT_SECRET";
/** Another name of the client id's variable. */
export const ENV_APP_KEY = "DINGTALK_APP_KEY";
