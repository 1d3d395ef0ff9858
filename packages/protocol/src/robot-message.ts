/** `direct` is a 1:1 chat with the robot (`conversationType` "1"), `group` a group chat ("2"). */
export type ConversationType = "direct" | "group";

/** One user's message to the robot, decoded. The same object in Stream mode and in HTTP mode. */
export interface RobotMessage {
  /** `msgId`: the same on every redelivery. Opaque and case-sensitive. */
  readonly messageId: string;
  /** Absent for custom robots. Equal to the client id for ordinary app robots. */
  readonly robotCode: string | undefined;
  readonly conversation: {
    /** Opaque and case-sensitive. In groups also the `openConversationId`; in 1:1 chats it cannot be sent to. */
    readonly id: string;
    readonly type: ConversationType;
    /** Groups only. */
    readonly title: string | undefined;
  };
  readonly sender: MessageSender;
  readonly robot: { readonly userId: string | undefined; readonly corpId: string | undefined };
  readonly createdAtMs: number | undefined;
  /** Whether the robot was addressed. Always true in 1:1 chats. */
  readonly mentionsRobot: boolean;
  /** Everybody mentioned, the robot included. */
  readonly mentions: readonly Mention[];
  readonly sessionWebhook: SessionWebhook | undefined;
  readonly content: RobotContent;
  readonly quote: Quote | undefined;
  /** The wire object as it came, for what we do not decode. */
  readonly raw: unknown;
}

export interface MessageSender {
  /** Employee id inside the corp: what sends take. Absent for people outside the corp and for unpublished apps. */
  readonly staffId: string | undefined;
  /** `$:LWCP_v1:$…`: opaque, cannot be sent to, but always names the same person. */
  readonly id: string | undefined;
  readonly unionId: string | undefined;
  readonly nick: string | undefined;
  readonly corpId: string | undefined;
  readonly platform: string | undefined;
  readonly isAdmin: boolean;
}

export interface Mention {
  readonly dingtalkId: string | undefined;
  readonly staffId: string | undefined;
  readonly unionId: string | undefined;
}

/** Temporary reply URL of one conversation. */
export interface SessionWebhook {
  readonly url: string;
  /** About 90 minutes after the message in every sample. `undefined` when DingTalk did not say. */
  readonly expiresAtMs: number | undefined;
}

export type RobotContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "rich-text"; readonly parts: readonly RichTextPart[] }
  | { readonly kind: "picture"; readonly downloadCode: string | undefined }
  | {
      readonly kind: "audio";
      readonly downloadCode: string | undefined;
      readonly durationMs: number | undefined;
      /** DingTalk's own speech-to-text. May be absent or empty. */
      readonly recognition: string | undefined;
    }
  | {
      readonly kind: "video";
      readonly downloadCode: string | undefined;
      readonly durationMs: number | undefined;
      readonly videoType: string | undefined;
    }
  | {
      readonly kind: "file";
      readonly downloadCode: string | undefined;
      readonly fileName: string | undefined;
      readonly fileId: string | undefined;
      readonly spaceId: string | undefined;
    }
  | { readonly kind: "markdown"; readonly text: string }
  /** `interactiveCard` and `actionCard`: a shared document, drive file or card. */
  | {
      readonly kind: "card";
      readonly url: string | undefined;
      readonly title: string | undefined;
      readonly text: string | undefined;
    }
  | {
      readonly kind: "chat-record";
      readonly title: string | undefined;
      readonly summary: readonly string[];
      readonly entries: readonly ChatRecordEntry[];
    }
  /** The monthly delivery quota is spent: DingTalk delivers the envelope without the text (`errorCode` 20001). */
  | {
      readonly kind: "over-quota";
      readonly platformCode: string;
      readonly platformMessage: string | undefined;
    }
  /** A type that we do not know, or that robots cannot see. `notice` is DingTalk's own sentence for the user, if any. */
  | {
      readonly kind: "unsupported";
      readonly msgtype: string;
      readonly notice: string | undefined;
      readonly raw: unknown;
    };

export type RichTextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "picture"; readonly downloadCode: string | undefined }
  | { readonly kind: "mention"; readonly name: string | undefined; readonly userId: string | undefined }
  | { readonly kind: "unsupported"; readonly partType: string | undefined; readonly raw: unknown };

export interface ChatRecordEntry {
  readonly sender: string | undefined;
  readonly text: string | undefined;
  readonly msgtype: string | undefined;
  readonly createdAtMs: number | undefined;
}

/** The message that this one replies to, as far as DingTalk tells. */
export interface Quote {
  readonly messageId: string | undefined;
  /** Set when the quoted message was sent by the robot: the receipt of that send, or a card's `carrierId`. */
  readonly processQueryKey: string | undefined;
  readonly senderId: string | undefined;
  readonly createdAtMs: number | undefined;
  /** `undefined` when DingTalk gives only the id (files in groups, cards). */
  readonly content: RobotContent | undefined;
  /** The quoted message may quote another. */
  readonly quote: Quote | undefined;
}
