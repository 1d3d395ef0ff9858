import { resolveAccount } from "@dingtalk-kit/config";
import type { ResolvedAccount } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

const path = "channels.dingtalk";
interface Options {
  readonly accountKey?: string;
  readonly expandVariables?: boolean;
}
const resolve = (
  section: unknown,
  environment: Readonly<Record<string, string>>,
  { accountKey, expandVariables }: Options = {},
): ResolvedAccount => resolveAccount({ path, section, accountKey, environment, expandVariables });

const lines = ({ problems }: ResolvedAccount): readonly string[] =>
  problems.map(({ path: where, message }) => `${where}: ${message}`);

test("takes the default account from the environment alone [S1-11 S1-12]", () => {
  const app = { DINGTALK_APP_KEY: "dingapp", DINGTALK_APP_SECRET: "appsecret" };
  expect(resolve(undefined, app)).toMatchObject({
    settings: { clientId: "dingapp", clientSecret: "appsecret" },
    problems: [],
    origins: { clientId: { kind: "environment", at: "DINGTALK_APP_KEY" } },
  });
  const both = { ...app, DINGTALK_CLIENT_ID: "dingclient", DINGTALK_CLIENT_SECRET: "clientsecret" };
  expect(resolve({}, both).settings).toMatchObject({ clientId: "dingclient", clientSecret: "clientsecret" });
  expect(resolve({ accounts: { default: {} } }, app, { accountKey: "default" }).settings?.clientId).toBe(
    "dingapp",
  );
});

test("names two variables that disagree, without their values, and only when they are used", () => {
  const environment = { DINGTALK_CLIENT_ID: "dingone", DINGTALK_APP_KEY: "dingtwo" };
  expect(lines(resolve({}, environment))).toEqual([
    "DINGTALK_APP_KEY: has another value than DINGTALK_CLIENT_ID in the environment, which means the same; DINGTALK_CLIENT_ID wins, unset one of the two",
  ]);
  expect(resolve({ clientId: "dingfile" }, environment).problems).toEqual([]);
  expect(resolve({}, { ...environment, DINGTALK_APP_KEY: " dingone " }).problems).toEqual([]);
});

test("looks in the account, then at the top, then in the environment, then at the default", () => {
  const environment = { DINGTALK_CLIENT_ID: "dingenv", DINGTALK_A_CLIENT_ID: "dingenv-a" };
  const of = (section: unknown): string | undefined =>
    resolve(section, environment, { accountKey: "a" }).settings?.clientId;
  expect(of({ clientId: "dingtop", accounts: { a: { clientId: "dinga" } } })).toBe("dinga");
  expect(of({ clientId: "dingtop", accounts: { a: {} } })).toBe("dingtop");
  expect(of({ accounts: { a: {} } })).toBe("dingenv-a");
  expect(resolve({ accounts: { a: {} } }, {}, { accountKey: "a" }).settings?.clientId).toBeUndefined();
});

test("gives a named account variables of its own, and not those of the default one", () => {
  const environment = {
    DINGTALK_CLIENT_ID: "dingdefault",
    DINGTALK_BOT_HR_CLIENT_ID: "dinghr",
    DINGTALK_BOT_HR_CLIENT_SECRET: "hr",
  };
  const section = { accounts: { "bot-hr": {}, other: {} } };
  expect(resolve(section, environment, { accountKey: "bot-hr" }).settings).toMatchObject({
    clientId: "dinghr",
    clientSecret: "hr",
  });
  expect(resolve(section, environment, { accountKey: "other" }).settings?.clientId).toBeUndefined();
});

test("takes the token of an outgoing robot from the environment", () => {
  const environment = { DINGTALK_WEBHOOK_TOKEN: "t0ken" };
  expect(resolve({}, environment).settings?.http.token).toBe("t0ken");
  expect(resolve({ http: { token: "file" } }, environment).settings?.http.token).toBe("file");
  expect(resolve({ http: { path: "/x" } }, environment).settings?.http).toMatchObject({
    path: "/x",
    token: "t0ken",
  });
});

test("fills ${NAME} in texts at any depth [S1-18]", () => {
  const section = {
    app_key: "${DINGTALK_APP_KEY}",
    app_secret: "${DINGTALK_APP_SECRET}",
    name: "bot of ${TEAM} ${TEAM}",
    allowFrom: ["${BOSS}", 7],
    groups: { "*": { allowFrom: ["${BOSS}"] } },
    defaultAgent: "$${TEAM} ${lower}",
  };
  const environment = {
    DINGTALK_APP_KEY: "dingx",
    DINGTALK_APP_SECRET: "s3cret",
    TEAM: "hr",
    BOSS: "boss01",
  };
  expect(resolve(section, environment).settings).toMatchObject({
    clientId: "dingx",
    clientSecret: "s3cret",
    name: "bot of hr hr",
    allowFrom: ["boss01", "7"],
    groups: { "*": { allowFrom: ["boss01"] } },
    defaultAgent: "${TEAM} ${lower}",
  });
});

test("names a variable that is not set, where it is used", () => {
  const section = {
    app_key: "${NO_SUCH}",
    name: "a ${ALSO_NOT}",
    accounts: { a: { app_key: "dinga", name: "A" } },
  };
  expect(lines(resolve(section, { NO_SUCH: "" }))).toEqual([
    "channels.dingtalk.name: found ${ALSO_NOT}, which the environment does not have; set it, or write the value itself",
    "channels.dingtalk.app_key: found ${NO_SUCH}, which the environment does not have; set it, or write the value itself",
  ]);
  expect(resolve(section, {}).settings).toBeUndefined();
  expect(resolve(section, {}, { accountKey: "a" }).problems).toEqual([]);
});

test("names what the host could not fill in, and fills in nothing a second time", () => {
  const host = { expandVariables: false };
  expect(lines(resolve({ clientSecret: "${GONE}" }, { GONE: "x" }, host))).toEqual([
    "channels.dingtalk.clientSecret: found ${GONE}, which the environment does not have; set it, or write the value itself",
  ]);
  expect(resolve({ systemPrompt: "say ${HOME} aloud" }, { HOME: "/root" }, host).settings?.systemPrompt).toBe(
    "say ${HOME} aloud",
  );
});

test.for(["env", "file", "exec", "store"])("hands a SecretRef of %s on as it is", (source) => {
  const clientSecret = { source, provider: "vault", id: "/path/${NAME}", extra: [1] };
  const { settings, problems } = resolve({ clientSecret }, { NAME: "x" });
  expect(problems).toEqual([]);
  expect(settings?.clientSecret).toEqual(clientSecret);
});

test("refuses what is no SecretRef, without showing it", () => {
  const { problems } = resolve({ clientSecret: { source: "vault", id: "s3cret" } }, {});
  expect(problems.map(({ message }) => message)).toEqual([
    'found an object, allowed: text or a SecretRef ({ source: "env", "file", "exec" or "store", provider, id })',
  ]);
});

test("replaces a SecretRef as a whole, and merges other sections key by key", () => {
  const section = {
    clientSecret: { source: "env", provider: "default", id: "A" },
    retention: { doneDays: 1, deadDays: 2 },
    groups: { cidtop: {} },
    keywordRoutes: { top: "x" },
    accounts: {
      a: {
        clientSecret: { source: "file", id: "/b" },
        retention: { doneDays: 9 },
        groups: { cida: {} },
        keywordRoutes: { a: "y" },
      },
    },
  };
  const { settings } = resolve(section, {}, { accountKey: "a" });
  expect(settings?.clientSecret).toEqual({ source: "file", id: "/b" });
  expect(settings?.retention).toEqual({ doneDays: 9, deadDays: 2, textDays: 7 });
  expect(Object.keys(settings?.groups ?? {})).toEqual(["cida"]);
  expect(settings?.keywordRoutes).toEqual({ a: "y" });
});
