import { ConfigError } from "@dingtalk-kit/protocol";

import type { RegisteredApp } from "./app.ts";
import type { Chat, ChatItem, Conversation } from "./chat.ts";
import type { Core } from "./core.ts";
import type { Deliveries, Delivery } from "./delivery.ts";
import { isObject, parseJson } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { DIRECT_ONLY, MESSAGE_SAMPLES } from "./message-sample.ts";
import { pushMessage, withoutContent } from "./message-push.ts";
import type { MessageLedger } from "./message-ledger.ts";
import type { People } from "./people.ts";
import { buildRobotMessage } from "./robot-message.ts";
import { textOf } from "./session-webhook.ts";
import type { Sessions } from "./sessions.ts";

/** What a person says. Only one of `text` and `msgtype`/`content` is needed. */
export interface SayInput {
  readonly text?: string | undefined;
  /** Staff id of the speaker. @defaultValue `user01` */
  readonly from?: string | undefined;
  /** `direct`, or the id of a group (`cid…`), which comes into being when new. @defaultValue `direct` */
  readonly conversation?: string | undefined;
  /** To which robot. @defaultValue the default app's */
  readonly clientId?: string | undefined;
  /** Whether a group message mentions the robot; without, DingTalk does not deliver it. @defaultValue true */
  readonly mention?: boolean | undefined;
  /** Staff ids mentioned beside the robot. */
  readonly mentions?: readonly string[] | undefined;
  /** Wire type such as `picture` or `richText`. @defaultValue `text` */
  readonly msgtype?: string | undefined;
  /** Wire content; a string goes out as a string. @defaultValue a sample of the type */
  readonly content?: Readonly<Record<string, unknown>> | string | undefined;
  /** Quotes this message: a message id, a receipt or an `outTrackId`. */
  readonly quote?: string | undefined;
  /** The speaker is outside the corp, or the app is not published: no `senderStaffId`. @defaultValue false */
  readonly withoutStaffId?: boolean | undefined;
  /** The monthly delivery quota is spent: the message comes without its content, with error code 20001. */
  readonly overQuota?: boolean | undefined;
  /** Laid over the wire object at last; members that are `undefined` are removed. */
  readonly raw?: Readonly<Record<string, unknown>> | undefined;
}

/** A message on its way to the robot. */
export interface SaidMessage {
  /** `msgId`, the same on every repeat. */
  readonly messageId: string;
  readonly conversationId: string;
  /** Staff id of the speaker. */
  readonly from: string;
  readonly clientId: string;
  readonly sequence: number;
  /** Whether it arrived. Never rejects. */
  readonly delivered: Promise<Delivery>;
}

interface Parts {
  readonly chat: Chat;
  readonly people: People;
  readonly sessions: Sessions;
  readonly deliveries: Deliveries;
  readonly ledger: MessageLedger;
}

/** @throws ConfigError when nobody could send this: an unknown app, quote or group id, a file in a group. */
export function createSay(core: Core, parts: Parts): (input: SayInput) => SaidMessage {
  return (input) => {
    const app = findApp(core, input.clientId);
    const from = input.from ?? "user01";
    const conversation = findConversation(parts.chat, { app, from, wanted: input.conversation ?? "direct" });
    const said = composeWire(core, parts, { app, from, conversation, input });
    const item = parts.chat.show(
      app,
      {
        id: said.messageId,
        kind: "message",
        conversationId: conversation.id,
        from,
        byRobot: false,
        msgtype: said.msgtype,
        title: undefined,
        text: said.text,
        route: "person",
        outTrackId: undefined,
        state: undefined,
        mentions: input.mentions ?? [],
      },
      { wire: said.wire },
    );
    const isHeard =
      conversation.type === "direct" || input.mention !== false || core.options.groupDelivery === "all";
    return {
      messageId: said.messageId,
      conversationId: conversation.id,
      from,
      clientId: app.clientId,
      sequence: item.sequence,
      delivered: isHeard
        ? pushMessage(core, parts, { app, item, wire: said.wire })
        : Promise.resolve({ acked: false, reason: "not-mentioned", attempts: 0 }),
    };
  };
}

/** @throws ConfigError when there is no such app */
export function findApp(core: Core, clientId: string | undefined): RegisteredApp {
  const app = clientId === undefined ? [...core.apps.values()][0] : core.apps.get(clientId);
  if (app === undefined) throw new ConfigError(`no app with client id ${clientId}`);
  return app;
}

function findConversation(
  chat: Chat,
  { app, from, wanted }: { app: RegisteredApp; from: string; wanted: string },
): Conversation {
  const direct = chat.direct(app, from);
  if (wanted === "direct" || wanted === direct.id) return direct;
  const known = chat.find(wanted);
  if (known?.type === "direct") throw new ConfigError(`${wanted} is somebody else's 1:1 conversation`);
  if (!wanted.startsWith("cid")) throw new ConfigError(`a group id begins with "cid", not ${wanted}`);
  return known ?? chat.openGroup({ id: wanted });
}

interface Composed {
  readonly messageId: string;
  readonly msgtype: string;
  /** What people read. */
  readonly text: string;
  readonly wire: JsonObject;
}

function composeWire(
  core: Core,
  parts: Parts,
  {
    app,
    from,
    conversation,
    input,
  }: { app: RegisteredApp; from: string; conversation: Conversation; input: SayInput },
): Composed {
  const messageId = core.ids.messageId();
  const { msgtype, content } = contentOf(input, conversation);
  const built = buildRobotMessage({
    app,
    conversation,
    sender: parts.people.get(from),
    messageId,
    atMs: core.nowMs(),
    session: parts.sessions.open(app, conversation, messageId),
    msgtype,
    content,
    mentions: input.mentions ?? [],
    mentionsRobot: input.mention ?? true,
    withoutStaffId: input.withoutStaffId ?? false,
    quoted: findQuoted(parts.chat, input.quote),
  });
  const whole = input.overQuota === true ? withoutContent(built) : built;
  const merged = { ...whole, ...input.raw };
  const wire = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
  const readable = typeof content === "string" ? parseJson(content) : content;
  const text = input.text ?? (isObject(readable) ? textOf(msgtype, readable) : `[${msgtype}]`);
  return { messageId, msgtype, text, wire };
}

function contentOf(
  input: SayInput,
  conversation: Conversation,
): { msgtype: string; content: JsonObject | string } {
  const msgtype = input.msgtype ?? "text";
  if (conversation.type === "group" && DIRECT_ONLY.has(msgtype)) {
    throw new ConfigError(`people cannot mention a robot with ${msgtype}: it arrives in 1:1 chats only`);
  }
  if (msgtype === "text" && input.content === undefined) {
    // The client cuts the mention out of a group's text and leaves the space after it.
    const text = input.text ?? "hello";
    return { msgtype, content: { content: conversation.type === "group" ? ` ${text}` : text } };
  }
  return { msgtype, content: input.content ?? MESSAGE_SAMPLES[msgtype] ?? {} };
}

function findQuoted(chat: Chat, quote: string | undefined): ChatItem | undefined {
  if (quote === undefined) return undefined;
  const item = chat.item(quote);
  if (item === undefined) throw new ConfigError(`there is no message ${quote} to quote`);
  return item;
}
