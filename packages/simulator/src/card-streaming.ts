import type { CardState } from "@dingtalk-kit/protocol";

import type { RegisteredApp } from "./app.ts";
import type { CardInstance } from "./card-instance.ts";
import { isEnd } from "./card-instance.ts";
import type { CardStore } from "./card-store.ts";
import type { Core } from "./core.ts";
import { textAt } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { apiRefusal, ok } from "./refusal.ts";
import type { Reply } from "./refusal.ts";
import type { Call, Route } from "./route.ts";

const done = ok({ success: true, result: true });
/** DingTalk's answer to whatever the template does not allow. */
const unknownError = (): Error => apiRefusal(500, "unknownError", "未知错误");

/** `PUT /v1.0/card/streaming`. */
export function createCardStreaming(core: Core, cards: CardStore): readonly Route[] {
  const stream = ({ body }: Call, app: RegisteredApp): Reply => {
    const frame = readFrame(body);
    const card = cards.find(app, frame.outTrackId);
    if (card === undefined) throw apiRefusal(400, "param.stream.outTrackId", "card is not exist");
    if (Buffer.byteLength(frame.content) > core.options.streamMaxBytes) {
      throw apiRefusal(400, "param.stream.content", "content is too large");
    }
    checkVariable(card, frame);
    if (card.isRepeat(frame.guid)) return done;
    if (isEnd(card.state())) {
      if (core.options.afterFinalize === "lenient") return done;
      throw unknownError();
    }
    const append = !frame.isFull;
    card.stream({ key: frame.key, content: frame.content, append, state: nextState(frame) });
    return done;
  };
  return [
    {
      access: "token",
      method: "PUT",
      path: "/v1.0/card/streaming",
      scope: "Card.Streaming.Write",
      handle: stream,
    },
  ];
}

interface StreamFrame {
  readonly outTrackId: string;
  readonly guid: string;
  readonly key: string;
  readonly content: string;
  readonly isFull: boolean;
  readonly isFinalize: boolean;
  readonly isError: boolean;
}

function readFrame(body: JsonObject): StreamFrame {
  const outTrackId = textAt(body, "outTrackId");
  if (outTrackId === undefined) throw apiRefusal(400, "param.stream.outTrackId", "outTrackId is empty");
  const guid = textAt(body, "guid");
  if (guid === undefined) throw apiRefusal(400, "param.stream.guidEmpty", "guid is empty");
  const key = textAt(body, "key");
  if (key === undefined) throw apiRefusal(400, "param.stream.keyEmpty", "key is empty");
  // An empty text opens or closes a stream; only an absent one is refused.
  const content = body["content"];
  if (typeof content !== "string") throw apiRefusal(400, "param.stream.contentEmpty", "content is empty");
  return {
    outTrackId,
    guid,
    key,
    content,
    isFull: body["isFull"] === true,
    isFinalize: body["isFinalize"] === true,
    isError: body["isError"] === true,
  };
}

function checkVariable({ template }: CardInstance, { key, isFull, isError }: StreamFrame): void {
  if (!template.streaming.includes(key)) throw unknownError();
  if (template.variables[key] === "markdown" && !isFull) {
    throw apiRefusal(400, "param.stream.isFull", "isFull must be true for markdown, isFull is null or false");
  }
  if (isError && template.failedState === false) throw unknownError();
}

function nextState({ isFinalize, isError }: StreamFrame): CardState {
  if (isError) return "FAILED";
  return isFinalize ? "FINISHED" : "INPUTING";
}
