import type { Endpoints } from "@dingtalk-kit/protocol";

import type {
  CustomRobotSettings,
  DurabilitySettings,
  HttpModeSettings,
  LimitSettings,
  MediaSettings,
  ReplySettings,
  UpkeepSettings,
} from "./service-settings.ts";
import type {
  DirectPolicy,
  GroupPolicy,
  GroupSessionScope,
  IpFamily,
  KeywordTarget,
  MessageType,
  SecretInput,
} from "./setting-values.ts";

/** Which app and robot an account is. */
export interface IdentitySettings {
  readonly enabled: boolean;
  readonly name: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: SecretInput | undefined;
  /** @defaultValue the client id */
  readonly robotCode: string | undefined;
  readonly corpId: string | undefined;
  readonly dingtalkAgentId: string | undefined;
  readonly chatbotUserId: string | undefined;
}

/** How the account reaches DingTalk. */
export interface ConnectionSettings {
  readonly transport: "stream" | "http" | "both";
  readonly maxConnectionAttempts: number;
  /** Milliseconds. */
  readonly initialReconnectDelay: number;
  /** Milliseconds. */
  readonly maxReconnectDelay: number;
  /** From 0 to 1. */
  readonly reconnectJitter: number;
  /** Of each API, shared by all accounts of the app. */
  readonly requestsPerSecond: number;
  /** `inherit`, `none`, or a URL that may hold a password: not for logs. */
  readonly proxy: string;
  /** Path of a PEM file. */
  readonly caFile: string | undefined;
  readonly ipFamily: IpFamily;
  readonly endpoints: Partial<Endpoints>;
}

/** One group, or `*` for those that are not listed. */
export interface GroupSettings {
  readonly enabled: boolean;
  /** Overrides the account's `requireMention`. */
  readonly requireMention: boolean | undefined;
  /** Senders who may use the robot in this group. `undefined`: the account's `groupAllowFrom`, or everybody in it. */
  readonly allowFrom: readonly string[] | undefined;
  readonly agent: string | undefined;
  readonly systemPrompt: string | undefined;
  /** Overrides the account's `groupMessageType`. */
  readonly messageType: MessageType | undefined;
  /** Overrides the account's `groupSessionScope`. */
  readonly sessionScope: GroupSessionScope | undefined;
}

/** Who may talk to the robot, and where. Lists hold ids as the user wrote them, prefixes included. */
export interface AccessSettings {
  readonly dmPolicy: DirectPolicy;
  readonly allowFrom: readonly string[];
  readonly groupPolicy: GroupPolicy;
  /** `undefined` when the user did not write the key; an empty list means nobody. */
  readonly groupAllowFrom: readonly string[] | undefined;
  /** `undefined` when no group is listed anywhere. */
  readonly groups: Readonly<Record<string, GroupSettings>> | undefined;
  readonly requireMention: boolean;
  readonly respondToMentions: boolean;
  readonly respondToPrivate: boolean;
  readonly respondToEverybody: boolean;
  readonly allowBots: boolean;
  readonly ownerAllowFrom: readonly string[];
  /** `undefined`: whoever the other lists name. */
  readonly commandAllowFrom: readonly string[] | undefined;
}

/** Which agent answers, and in which session. */
export interface RoutingSettings {
  readonly defaultAgent: string | undefined;
  readonly groupDefaultAgent: string | undefined;
  readonly keywordRoutes: Readonly<Record<string, KeywordTarget>>;
  readonly groupSessionScope: GroupSessionScope;
}

/** One account with every default filled in. `docs/configuration.md` explains each key. */
export interface AccountSettings
  extends
    IdentitySettings,
    ConnectionSettings,
    AccessSettings,
    RoutingSettings,
    LimitSettings,
    ReplySettings,
    MediaSettings,
    DurabilitySettings,
    UpkeepSettings {
  readonly http: HttpModeSettings;
  readonly webhook: CustomRobotSettings;
}
