import type { MessageType, SecretInput, UsageLimit } from "./setting-values.ts";

/** How much people, groups and other robots may use up, and who hears about a denial. */
export interface LimitSettings {
  readonly limits: { readonly sender?: UsageLimit | undefined; readonly group?: UsageLimit | undefined };
  readonly botLoopProtection: {
    readonly enabled: boolean;
    readonly maxEventsPerWindow: number;
    readonly windowSeconds: number;
    readonly cooldownSeconds: number;
  };
  readonly denialReplies: "known" | "all" | "none";
  /** Milliseconds. */
  readonly denialReplyEveryMs: number;
}

/** How an answer looks. */
export interface ReplySettings {
  readonly messageType: MessageType;
  /** `undefined`: as `messageType`. */
  readonly groupMessageType: MessageType | undefined;
  readonly cardTemplateId: string | undefined;
  readonly cardTemplateKey: string | undefined;
  readonly cardStreamingMode: "off" | "answer" | "all";
  /** Milliseconds. */
  readonly cardStreamInterval: number;
  /** Milliseconds. */
  readonly cardDegradeMs: number;
  readonly cardAtSender: string | undefined;
  readonly cardStatusLine: {
    readonly model: boolean;
    readonly effort: boolean;
    readonly agent: boolean;
    readonly taskTime: boolean;
    readonly tokens: boolean;
    readonly dapiUsage: boolean;
  };
  readonly tableMode: "native" | "align" | "plain";
  readonly ack: "off" | "reaction" | "text" | "card";
  readonly ackText: string | undefined;
  /** Empty: none. */
  readonly ackReaction: string;
  /** Milliseconds; 0: never. */
  readonly longTaskNoticeMs: number;
  readonly systemPrompt: string | undefined;
}

/** Files, names and tools. */
export interface MediaSettings {
  /** `undefined`: as the host says. */
  readonly mediaMaxMb: number | undefined;
  readonly mediaUrlAllowlist: readonly string[];
  readonly inboundMedia: { readonly dir: string | undefined; readonly keepDays: number };
  readonly displayNameResolution: "disabled" | "all";
  readonly tools: { readonly docs: boolean; readonly media: boolean };
}

/** For how many days what is kept. */
export interface RetentionSettings {
  /** Answered messages; as long, a duplicate is recognised. */
  readonly doneDays: number;
  /** Messages that could not be answered. */
  readonly deadDays: number;
  /** The text of answered messages. */
  readonly textDays: number;
}

/** What happens to messages when things go wrong, and what is kept of them. */
export interface DurabilitySettings {
  /** How long an agent may give no sign of life. Milliseconds. */
  readonly turnTimeoutMs: number;
  readonly maxConcurrentTurns: number;
  readonly maxQueuedPerConversation: number;
  readonly repeatUncertain: boolean;
  readonly retention: RetentionSettings;
}

/** What the operator sees of an account, and what it may cost. */
export interface UpkeepSettings {
  readonly alertTo: string | undefined;
  readonly quota: {
    readonly monthlyLimit: number;
    /** Per cent. */
    readonly warnAt: readonly number[];
    readonly onExhausted: "markdown" | "silent" | "queue";
  };
  readonly debug: boolean;
}

/** What DingTalk posts to in HTTP mode, and how we know that it was DingTalk. */
export interface HttpModeSettings {
  readonly path: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly signSecret: SecretInput | undefined;
  readonly token: SecretInput | undefined;
  /** Milliseconds. */
  readonly maxSkewMs: number;
  /** Bytes. */
  readonly bodyLimit: number;
  readonly eventCrypto: {
    readonly token: SecretInput | undefined;
    readonly aesKey: SecretInput | undefined;
  };
}

/** A custom robot of one group, which can only send. */
export interface CustomRobotSettings {
  /** Holds a token: not for logs. */
  readonly url: string | undefined;
  readonly secret: SecretInput | undefined;
  readonly keywords: readonly string[];
  readonly ratePerMinute: number;
  readonly maxBytes: number;
  readonly atMobiles: readonly string[];
  readonly atUserIds: readonly string[];
}
