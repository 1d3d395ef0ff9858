import { ENV_CLIENT_ID, ENV_CLIENT_SECRET } from "./ids.ts";

/** Flags of `openclaw channels add`. package.json repeats them, so that help works without loading the plugin. */
export const SETUP_FIELDS = {
  clientId: {
    kind: "string",
    cli: { flags: "--client-id <id>", description: "Client ID (AppKey) of the DingTalk app" },
  },
  clientSecret: {
    kind: "string",
    sensitive: true,
    cli: { flags: "--client-secret <secret>", description: "Client Secret (AppSecret) of the DingTalk app" },
  },
  robotCode: {
    kind: "string",
    cli: { flags: "--robot-code <code>", description: "Robot code, where it differs from the Client ID" },
  },
  messageType: {
    kind: "choice",
    choices: ["markdown", "card"],
    cli: { flags: "--message-type <type>", description: "How answers are shown: markdown or card" },
  },
  useEnv: {
    kind: "boolean",
    envVars: [ENV_CLIENT_ID, ENV_CLIENT_SECRET],
    cli: {
      flags: "--use-env",
      description: `Read ${ENV_CLIENT_ID} and ${ENV_CLIENT_SECRET} instead (default account)`,
    },
  },
} as const;
