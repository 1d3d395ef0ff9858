import type { SimulatedApp } from "dingtalk-simulator";

/** The robots of the shared gateway, one account each. The `card` account uses the simulator's default app. */
export const APPS = {
  markdown: { clientId: "dinge2emarkdown0001", clientSecret: "secret-of-the-markdown-app", name: "markdown" },
  pairing: { clientId: "dinge2epairing00001", clientSecret: "secret-of-the-pairing-app", name: "pairing" },
  strict: { clientId: "dinge2estrict000001", clientSecret: "secret-of-the-strict-app", name: "strict" },
  untrusting: { clientId: "dinge2euntrusting01", clientSecret: "secret-of-the-ca-app", name: "untrusting" },
  wrong: { clientId: "dinge2ewrong0000001", clientSecret: "secret-of-the-wrong-app", name: "wrong" },
  unpublished: {
    clientId: "dinge2eunpublished1",
    clientSecret: "secret-of-the-unpublished-app",
    published: false,
  },
  template: { clientId: "dinge2etemplate0001", clientSecret: "secret-of-the-template-app", name: "template" },
} as const satisfies Readonly<Record<string, SimulatedApp>>;

const EVERYBODY = { dmPolicy: "open", allowFrom: ["*"], groupPolicy: "open" } as const;

/** `channels.dingtalk` with an account for each way of answering, each policy, and each mistake that people make. */
export function sharedAccounts(app: SimulatedApp, endpoints: object): object {
  return {
    enabled: true,
    endpoints,
    // Nobody reads these two keys.
    gatewayToken: "left over from another plugin",
    accounts: {
      card: { ...credentials(app), messageType: "card", cardTemplate: "misspelt", ...EVERYBODY },
      markdown: { ...credentials(APPS.markdown), messageType: "markdown", ...EVERYBODY },
      // What a user gets who sets nothing but credentials.
      pairing: credentials(APPS.pairing),
      strict: {
        ...credentials(APPS.strict),
        dmPolicy: "allowlist",
        allowFrom: ["alice"],
        groupPolicy: "allowlist",
        groups: {},
      },
      // A setting that fails only when it is used.
      untrusting: { ...credentials(APPS.untrusting), caFile: "/no/such/company-ca.pem" },
      wrong: { clientId: APPS.wrong.clientId, clientSecret: "not-the-secret" },
      unpublished: credentials(APPS.unpublished),
      template: {
        ...credentials(APPS.template),
        messageType: "card",
        cardTemplateId: "00000000-0000-0000-0000-000000000000.schema",
        ...EVERYBODY,
      },
      // The same app as `card`.
      twin: { ...credentials(app), messageType: "markdown", ...EVERYBODY },
      half: { clientId: "dinge2ehalfway00001" },
    },
  };
}

function credentials({ clientId, clientSecret }: SimulatedApp): object {
  return { clientId, clientSecret };
}
