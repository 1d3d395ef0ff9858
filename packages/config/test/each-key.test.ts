import { describeAccountKeys, resolveAccount } from "@dingtalk-kit/config";
import type { AccountKey } from "@dingtalk-kit/config";
import { expect, test } from "vitest";

/** A value for each key, other than its default; inner keys by their path, `*` for a name that the user chooses. */
const VALUES: Readonly<Record<string, unknown>> = {
  enabled: false,
  name: "Assistant",
  clientId: "dingother",
  clientSecret: "other",
  robotCode: "dingrobot",
  corpId: "dingcorp",
  dingtalkAgentId: "1234567",
  chatbotUserId: "$:LWCP_v1:$x",
  messageType: "card",
  groupMessageType: "card",
  cardTemplateId: "x.schema",
  cardTemplateKey: "content",
  cardStreamingMode: "off",
  cardStreamInterval: 1000,
  cardDegradeMs: 60_000,
  cardAtSender: "done",
  "cardStatusLine.model": true,
  "cardStatusLine.effort": true,
  "cardStatusLine.agent": true,
  "cardStatusLine.taskTime": true,
  "cardStatusLine.tokens": true,
  "cardStatusLine.dapiUsage": true,
  tableMode: "align",
  ack: "off",
  ackText: "at work",
  ackReaction: "",
  longTaskNoticeMs: 30_000,
  systemPrompt: "Be kind.",
  dmPolicy: "allowlist",
  allowFrom: ["user01"],
  groupPolicy: "open",
  groupAllowFrom: ["user02"],
  "groups.*.enabled": false,
  "groups.*.requireMention": false,
  "groups.*.allowFrom": ["user03"],
  "groups.*.agent": "reporting",
  "groups.*.systemPrompt": "Be brief.",
  "groups.*.messageType": "card",
  "groups.*.sessionScope": "group_sender",
  requireMention: false,
  respondToMentions: false,
  respondToPrivate: false,
  respondToEverybody: true,
  allowBots: true,
  ownerAllowFrom: ["boss01"],
  commandAllowFrom: ["boss02"],
  defaultAgent: "main",
  groupDefaultAgent: "team",
  keywordRoutes: { 报表: "reporting", translate: { agent: "translator", in: "group" } },
  groupSessionScope: "group_sender",
  "limits.sender.messages": { max: 5, perMs: 60_000 },
  "limits.sender.spend": { max: 100, perMs: 3_600_000 },
  "limits.group.messages": { max: 20, perMs: 60_000 },
  "limits.group.spend": { max: 500, perMs: 3_600_000 },
  "botLoopProtection.enabled": false,
  "botLoopProtection.maxEventsPerWindow": 5,
  "botLoopProtection.windowSeconds": 30,
  "botLoopProtection.cooldownSeconds": 600,
  denialReplies: "none",
  denialReplyEveryMs: 60_000,
  transport: "both",
  maxConnectionAttempts: 3,
  initialReconnectDelay: 500,
  maxReconnectDelay: 30_000,
  reconnectJitter: 0,
  requestsPerSecond: 40,
  proxy: "http://proxy.corp:3128",
  caFile: "/etc/corp.pem",
  ipFamily: 4,
  "endpoints.api": "http://127.0.0.1:9",
  "endpoints.oapi": "http://127.0.0.1:8",
  turnTimeoutMs: 10_000,
  maxConcurrentTurns: 1,
  maxQueuedPerConversation: 5,
  repeatUncertain: false,
  "retention.doneDays": 1,
  "retention.deadDays": 2,
  "retention.textDays": 3,
  mediaMaxMb: 20,
  mediaUrlAllowlist: ["*.corp.example"],
  "inboundMedia.dir": "/var/media",
  "inboundMedia.keepDays": 1,
  displayNameResolution: "all",
  "tools.docs": true,
  "tools.media": true,
  "http.path": "/dingtalk",
  "http.host": "0.0.0.0",
  "http.port": 8080,
  "http.signSecret": "sign",
  "http.token": "token",
  "http.maxSkewMs": 60_000,
  "http.bodyLimit": 65_536,
  "http.eventCrypto.token": "token",
  "http.eventCrypto.aesKey": "key",
  "webhook.url": "https://oapi.dingtalk.com/robot/send?access_token=x",
  "webhook.secret": "SECx",
  "webhook.keywords": ["alert"],
  "webhook.ratePerMinute": 10,
  "webhook.maxBytes": 10_000,
  "webhook.atMobiles": ["13800138000"],
  "webhook.atUserIds": ["user04"],
  alertTo: "user:boss01",
  "quota.monthlyLimit": 100_000,
  "quota.warnAt": [90],
  "quota.onExhausted": "silent",
  debug: true,
};

/** Keys without inner ones, by path. */
function leaves(keys: readonly AccountKey[], before = ""): readonly string[] {
  return keys.flatMap(({ name, fields, schema }) => {
    const inner = schema["properties"] === undefined ? `${before}${name}.*.` : `${before}${name}.`;
    return fields.length === 0 ? [`${before}${name}`] : leaves(fields, inner);
  });
}

const GROUP = "cidexample";

const nested = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight((inner, step) => ({ [step]: inner }), value);

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, step) => Reflect.get(Object(inner), step), value);

test("has an example for every key", () => {
  expect(Object.keys(VALUES).toSorted()).toEqual([...leaves(describeAccountKeys())].toSorted());
});

test.for(Object.entries(VALUES))("reads %s, at the top and in an account", ([key, value]) => {
  const path = key.split(".").map((step) => (step === "*" ? GROUP : step));
  const section = nested(path, value);
  const read = (source: unknown, accountKey?: string): unknown => {
    const { settings, problems } = resolveAccount({ path: "channels.dingtalk", section: source, accountKey });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    return at(settings, path);
  };
  expect(read({})).not.toEqual(value);
  expect(read(section)).toEqual(value);
  expect(read({ accounts: { a: section, b: {} } }, "a")).toEqual(value);
  expect(read({ accounts: { a: section, b: {} } }, "b")).not.toEqual(value);
});

test.for(Object.keys(VALUES))("names %s when its value has the wrong type", (key) => {
  const path = key.split(".").map((step) => (step === "*" ? GROUP : step));
  const wrong = key === "clientSecret" || key.endsWith("ecret") ? 7 : { no: 5 };
  const section = { accounts: { bad: nested(path, wrong), good: { clientId: "x", clientSecret: "y" } } };
  const resolve = (accountKey: string): ReturnType<typeof resolveAccount> =>
    resolveAccount({ path: "channels.dingtalk", section, accountKey });
  const errors = resolve("bad").problems.filter(({ severity }) => severity === "error");
  expect(errors[0]?.path).toContain(`channels.dingtalk.accounts.bad.${path.join(".")}`);
  expect(errors[0]?.message).toMatch(/^found .+, allowed: .+/);
  expect(resolve("bad").settings).toBeUndefined();
  expect(resolve("good").settings?.clientId).toBe("x");
});

test("gives the defaults of the settings that keep messages", () => {
  const { settings } = resolveAccount({ path: "channels.dingtalk", section: {}, accountKey: undefined });
  expect(settings).toMatchObject({
    turnTimeoutMs: 600_000,
    maxConcurrentTurns: 8,
    maxQueuedPerConversation: 100,
    repeatUncertain: true,
    retention: { doneDays: 7, deadDays: 30, textDays: 7 },
  });
});
