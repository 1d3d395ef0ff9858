import { isSection } from "./section.ts";
import type { Section } from "./section.ts";

/** What a value of another spelling says in ours. */
export type Translation =
  | { readonly value: unknown }
  /** It cannot be read: what would be right. */
  | { readonly allowed: string }
  /** It says what holds anyway. */
  | { readonly nothing: true }
  /** It means something else here: why it is not read, and what to write. */
  | { readonly ignored: string };

/** Another way to write a key: of a seed document, of an older release, or of another DingTalk plugin. */
export interface Spelling {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly translate: (value: unknown, section: Section) => Translation;
  /** The host reads the key under that name; we do not. */
  readonly hostKey: boolean;
}

const same = (value: unknown): Translation => ({ value });

function spelling(
  from: string,
  to: string,
  translate: Spelling["translate"] = same,
  hostKey = false,
): Spelling {
  return { from: from.split("."), to: to.split("."), translate, hostKey };
}

/** Several names that say the same. */
function spellings(names: string, to: string, translate?: Spelling["translate"]): readonly Spelling[] {
  return names.split(" ").map((from) => spelling(from, to, translate));
}

/** A flag of theirs that is a choice of ours. `undefined`: what holds anyway. */
function flag(whenTrue: unknown, whenFalse: unknown): Spelling["translate"] {
  return (value) => {
    if (typeof value !== "boolean") return { allowed: "true or false" };
    const said = value ? whenTrue : whenFalse;
    return said === undefined ? { nothing: true } : { value: said };
  };
}

/** AgentIds of DingTalk are numbers; a name is an agent of the host. */
function numericAgentId(value: unknown): Translation {
  const numeric = typeof value === "number" || (typeof value === "string" && /^\s*\d+\s*$/.test(value));
  if (numeric) return { value };
  return {
    ignored:
      "is ignored: it is no AgentId of DingTalk, which is a number. Write dingtalkAgentId, or defaultAgent for an agent of yours",
  };
}

/** `secret` alone could be the app's secret: it is a custom robot's only beside its URL. */
function besideUrl(value: unknown, section: Section): Translation {
  const robot = section["webhook"];
  const url = section["webhookUrl"] ?? (isSection(robot) ? robot["url"] : undefined);
  if (url !== undefined) return { value };
  return {
    ignored: "is ignored: it belongs to webhookUrl, which is missing. The app's secret is clientSecret",
  };
}

/** How text is sent says nothing where cards are on. */
function unlessCards(value: unknown, section: Section): Translation {
  const { messageType, enableAICard, aiCard } = section;
  const cards =
    messageType === "card" || enableAICard === true || (isSection(aiCard) && aiCard["enabled"] === true);
  return cards && (value === "markdown" || value === "text") ? { nothing: true } : { value };
}

/** Their routes hold in groups only. */
function routesInGroups(value: unknown): Translation {
  if (!isSection(value)) return { allowed: "an object" };
  const routes = Object.entries(value).map(([keyword, agent]): [string, unknown] => [
    keyword,
    typeof agent === "string" ? { agent, in: "group" } : agent,
  ]);
  return { value: Object.fromEntries(routes) };
}

/** Where a whole path was given, the base is what counts. */
function baseUrl(value: unknown): Translation {
  const url = typeof value === "string" ? URL.parse(value) : null;
  return url === null || !url.pathname.startsWith("/v1.0/") ? { value } : { value: url.origin };
}

/**
 * Every other spelling of an account's keys. Where several lead to the same key, the first one wins; our own name wins
 * over all of them.
 */
export const SPELLINGS: readonly Spelling[] = [
  ...spellings("app_key appKey credentials.clientId", "clientId"),
  ...spellings("app_secret appSecret credentials.clientSecret", "clientSecret"),
  spelling("credentials.name", "name"),
  spelling("agentId", "dingtalkAgentId", numericAgentId),
  ...spellings("selfUserId credentials.selfUserId", "chatbotUserId"),

  ...spellings("mode connectionMode", "transport"),
  ...spellings("endpoint apiEndpoint apiBase connection.apiBase", "endpoints.api", baseUrl),
  spelling("oapiEndpoint", "endpoints.oapi"),
  spelling("bypassProxyForSend", "proxy", flag("none", "inherit")),
  spelling("quota.qps", "requestsPerSecond"),
  spelling("webhookUrl", "webhook.url"),
  spelling("secret", "webhook.secret", besideUrl),

  ...spellings("pmPolicy pmpolicy", "dmPolicy"),
  spelling("conversation.allowFrom", "allowFrom"),
  spelling("groupSenderAllowFrom", "groupAllowFrom"),
  ...spellings("group_routing.mention_only conversation.requireMention", "requireMention"),
  spelling("respond_to_mentions", "respondToMentions"),
  spelling("respond_to_private", "respondToPrivate"),
  spelling("dmCommandAllowlist", "commandAllowFrom"),

  spelling("default_agent", "defaultAgent"),
  spelling("group_routing.default_agent", "groupDefaultAgent"),
  spelling("group_routing.keyword_routes", "keywordRoutes", routesInGroups),
  ...spellings(
    "isolateContextPerUserInGroup conversation.isolateContextPerUserInGroup",
    "groupSessionScope",
    flag("group_sender", "group"),
  ),
  spelling("separateSessionByConversation", "groupSessionScope", flag(undefined, "group_sender")),

  ...spellings("enableAICard aiCard.enabled", "messageType", flag("card", "markdown")),
  ...spellings("replyMode reply.replyMode", "messageType", unlessCards),
  spelling("groupReplyMode", "groupMessageType"),
  spelling("aiCard.templateId", "cardTemplateId"),
  spelling("aiCard.textParamKey", "cardTemplateKey"),
  spelling("aiCard.updateThrottleMs", "cardStreamInterval"),
  spelling("cardRealTimeStream", "cardStreamingMode", flag("all", "off")),
  spelling("aicardDegradeMs", "cardDegradeMs"),
  spelling("convertMarkdownTables", "tableMode", flag("align", "native")),
  spelling("reply.tableMode", "tableMode"),
  spelling("asyncMode", "ack", flag("text", undefined)),
  spelling("longTaskNoticeDelayMs", "longTaskNoticeMs"),

  spelling("maxFileSizeMB", "mediaMaxMb"),
  spelling("journalTTLDays", "retention.textDays"),

  ...["maxChars", "reply.maxChars"].map((from) => spelling(from, "textChunkLimit", same, true)),
  spelling("reply.responsePrefix", "responsePrefix", same, true),
];

/** Other spellings inside of an entry of `groups`. */
export const GROUP_SPELLINGS: readonly Spelling[] = [
  ...spellings("groupAllowFrom groupSenderAllowFrom", "allowFrom"),
  ...spellings("groupReplyMode replyMode", "messageType"),
  spelling("groupSessionScope", "sessionScope"),
];

/** Values that other plugins write where we have a word of our own. `exact`: it says the same. */
const VALUE_SPELLINGS: Readonly<
  Record<string, Readonly<Record<string, { readonly value: string; readonly exact: boolean }>>>
> = {
  transport: { webhook: { value: "http", exact: true }, websocket: { value: "stream", exact: true } },
  messageType: { aicard: { value: "card", exact: true }, text: { value: "markdown", exact: false } },
  groupMessageType: { aicard: { value: "card", exact: true }, text: { value: "markdown", exact: false } },
  tableMode: { off: { value: "native", exact: true }, code: { value: "plain", exact: false } },
};

/** A value in our own word, where there is one that says exactly the same. */
export function ourWord(key: string, value: unknown): unknown {
  const word = wordFor(key, value);
  return word?.exact === true ? word.value : value;
}

/** What another plugin's word for a choice is called here. */
export function wordFor(
  key: string,
  value: unknown,
): { readonly value: string; readonly exact: boolean } | undefined {
  const words = Object.hasOwn(VALUE_SPELLINGS, key) ? VALUE_SPELLINGS[key] : undefined;
  return words !== undefined && typeof value === "string" && Object.hasOwn(words, value)
    ? words[value]
    : undefined;
}

/** The keys that other plugins have words of their own for. */
export const WORDED_KEYS: readonly string[] = Object.keys(VALUE_SPELLINGS);
