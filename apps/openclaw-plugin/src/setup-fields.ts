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
  corpId: {
    kind: "string",
    cli: { flags: "--corp-id <id>", description: "Corp ID of the enterprise" },
  },
  dingtalkAgentId: {
    kind: "string",
    cli: { flags: "--dingtalk-agent-id <id>", description: "AgentId of the DingTalk app, a number" },
  },
  messageType: {
    kind: "choice",
    choices: ["markdown", "card"],
    cli: { flags: "--message-type <type>", description: "How answers are shown: markdown or card" },
  },
  cardTemplateId: {
    kind: "string",
    cli: { flags: "--card-template-id <id>", description: "A card template of your own" },
  },
  cardTemplateKey: {
    kind: "string",
    cli: { flags: "--card-template-key <name>", description: "The template's streaming variable" },
  },
  dmPolicy: {
    kind: "choice",
    choices: ["pairing", "allowlist", "open", "disabled"],
    cli: {
      flags: "--dm-policy <policy>",
      description: "Who may write in 1:1 chats: pairing (recommended), allowlist, open or disabled",
    },
  },
  allowFrom: {
    kind: "string-list",
    cli: { flags: "--allow-from <ids>", description: "Staff ids of the people who may, by commas" },
  },
  groupPolicy: {
    kind: "choice",
    choices: ["allowlist", "open", "disabled"],
    cli: {
      flags: "--group-policy <policy>",
      description: "In which groups the robot answers: allowlist (recommended), open or disabled",
    },
  },
  owner: {
    kind: "string",
    cli: { flags: "--owner <staffId>", description: "Who may use OpenClaw's own commands, without pairing" },
  },
  testMessage: {
    kind: "boolean",
    cli: { flags: "--test-message", description: "Send the owner a message" },
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
