import { parseRobotContent } from "./parse-robot-content.ts";
import type { Quote, RobotContent } from "./robot-message.ts";
import { asNumber, asRecord, asText } from "./wire-value.ts";
import type { WireRecord } from "./wire-value.ts";

/** A quote may quote another. Deeper ones are left in `raw`. */
export const MAX_QUOTE_DEPTH = 8;

/** The message that `message` replies to, or `undefined` when it replies to none. */
export function parseQuote(message: WireRecord): Quote | undefined {
  const originalId = asText(message["originalMsgId"]);
  const processQueryKey = asText(message["originalProcessQueryKey"]);
  const replied = repliedMessage(message);
  if (replied === undefined) {
    if (originalId === undefined && processQueryKey === undefined) return undefined;
    return idOnly(originalId, processQueryKey);
  }
  const quote = parseReplied(replied, 1);
  return {
    ...quote,
    messageId: quote.messageId ?? originalId,
    processQueryKey: processQueryKey ?? quote.processQueryKey,
  };
}

/** Under `text` for text messages, under `content` for others; older clients send a top-level `quoteMessage`. */
function repliedMessage(message: WireRecord): WireRecord | undefined {
  return (
    asRecord(asRecord(message["text"])?.["repliedMsg"]) ??
    asRecord(asRecord(message["content"])?.["repliedMsg"]) ??
    asRecord(message["repliedMsg"]) ??
    asRecord(message["quoteMessage"])
  );
}

function parseReplied(replied: WireRecord, depth: number): Quote {
  const inner = depth < MAX_QUOTE_DEPTH ? repliedMessage(replied) : undefined;
  return {
    messageId: asText(replied["msgId"]) ?? asText(replied["messageId"]),
    processQueryKey: asText(replied["processQueryKey"]) ?? asText(replied["originalProcessQueryKey"]),
    senderId: asText(replied["senderId"]),
    createdAtMs: asNumber(replied["createdAt"]) ?? asNumber(replied["createAt"]),
    content: parseRepliedContent(replied),
    quote: inner === undefined ? undefined : parseReplied(inner, depth + 1),
  };
}

function parseRepliedContent(replied: WireRecord): RobotContent | undefined {
  const msgtype = asText(replied["msgType"]) ?? asText(replied["msgtype"]);
  const content = parseRobotContent(replied, msgtype);
  const nothing = msgtype === undefined && content.kind === "unsupported";
  return nothing ? undefined : content;
}

function idOnly(messageId: string | undefined, processQueryKey: string | undefined): Quote {
  return {
    messageId,
    processQueryKey,
    senderId: undefined,
    createdAtMs: undefined,
    content: undefined,
    quote: undefined,
  };
}
