import type { SimulatedApp } from "./app.ts";
import type { FaultSpec } from "./fault-spec.ts";
import type { CardTemplateSpec } from "./card-template.ts";

/** Someone in the company's directory. */
export interface SimulatedPerson {
  readonly staffId: string;
  /** Display name. @defaultValue the staff id */
  readonly nick?: string | undefined;
  /** Newer payloads carry it as `senderUnionId`. @defaultValue left out */
  readonly unionId?: string | undefined;
  readonly isAdmin?: boolean | undefined;
}

/** A group that the app's robot is a member of. */
export interface SimulatedGroup {
  /** `cid…`, also its `openConversationId`. */
  readonly id: string;
  readonly title?: string | undefined;
}

/** What happens to a robot message that nobody acknowledges. Observed, not documented. */
export interface RedeliveryOptions {
  /** Repeats after the first delivery; 0 turns them off. @defaultValue 1 */
  readonly count?: number | undefined;
  /** @defaultValue 60_000 */
  readonly delayMs?: number | undefined;
  /** Whether a repeat comes under a new `headers.messageId`; `msgId` stays. @defaultValue false */
  readonly newFrameId?: boolean | undefined;
  /** Whether a response with a code other than 200 counts as no response. @defaultValue false */
  readonly refused?: boolean | undefined;
}

/** SYSTEM frames that DingTalk sends sometimes, so nothing may depend on them. All off by default. */
export interface SystemFrameOptions {
  readonly connected?: boolean | undefined;
  readonly registered?: boolean | undefined;
  /** Interval of KEEPALIVE frames in milliseconds; 0 turns them off. @defaultValue 0 */
  readonly keepAliveMs?: number | undefined;
}

/** Robots that are created by a QR code: `/app/registration/*`. Reported by clients, hardly documented. */
export interface RegistrationOptions {
  /** @defaultValue 300_000 */
  readonly nonceTtlMs?: number | undefined;
  /** Time for the person to decide. @defaultValue 7_200_000 */
  readonly deviceTtlMs?: number | undefined;
  /** The `expires_in` that is announced, where it differs: a document speaks of ten minutes. @defaultValue `deviceTtlMs` */
  readonly expiresInS?: number | undefined;
  /** How long a program shall wait between two polls. @defaultValue 5 */
  readonly intervalS?: number | undefined;
  /** The page that the QR code leads to; the code comes as `user_code`. The real path is unpublished. */
  readonly verificationUrl?: string | undefined;
  /** The programs that may ask, by `source`. @defaultValue any */
  readonly sources?: readonly string[] | undefined;
}

/** Everything about DingTalk that is unsure is an option here; the default is what we believe. */
export interface SimulatorOptions {
  /** All that is left to chance follows from it: which connection a push takes, what faults strike. @defaultValue drawn */
  readonly seed?: number | undefined;
  /** Faults that stand from the start. */
  readonly faults?: readonly FaultSpec[] | undefined;
  /** @defaultValue 0: any free port */
  readonly port?: number | undefined;
  /** A loopback address or `localhost`; others are refused. @defaultValue `127.0.0.1` */
  readonly host?: string | undefined;
  /** PEM texts. With them every address is `https` and `wss`. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Changes the default app. */
  readonly app?: Partial<SimulatedApp> | undefined;
  /** Further apps beside the default one. */
  readonly apps?: readonly SimulatedApp[] | undefined;
  /** The company's directory. With it, sends to others list them in `invalidStaffIdList`. @defaultValue everybody exists */
  readonly people?: readonly SimulatedPerson[] | undefined;
  /** Groups that exist before anybody speaks in them. */
  readonly groups?: readonly SimulatedGroup[] | undefined;
  /** Card templates beside the presets. */
  readonly templates?: readonly CardTemplateSpec[] | undefined;
  /** The `endpoint` that `connections/open` returns. @defaultValue the simulator's own address and `/connect` */
  readonly websocketUrl?: string | undefined;
  /** Base of the session webhooks in robot messages. @defaultValue the simulator's own address */
  readonly oapiUrl?: string | undefined;
  /** Answer `connections/open` in XML when `Accept` lacks `application/json`. @defaultValue true */
  readonly requireAcceptHeader?: boolean | undefined;
  /** HTTP status for a bad or expired access token. @defaultValue 400 */
  readonly tokenRefusalStatus?: 400 | 401 | undefined;
  /** @defaultValue 7_200_000 */
  readonly tokenTtlMs?: number | undefined;
  /** @defaultValue 90_000 */
  readonly ticketTtlMs?: number | undefined;
  /** Live connections per app. @defaultValue 50 */
  readonly maxConnections?: number | undefined;
  /** Interval of SYSTEM pings; 0 turns them off. @defaultValue 30_000 */
  readonly pingIntervalMs?: number | undefined;
  /** Time to answer a ping before the socket is cut. @defaultValue 60_000 */
  readonly pingTimeoutMs?: number | undefined;
  /** Time between a `disconnect` frame and the close. @defaultValue 10_000 */
  readonly disconnectGraceMs?: number | undefined;
  readonly systemFrames?: SystemFrameOptions | undefined;
  readonly redelivery?: RedeliveryOptions | undefined;
  /** A message that finds no live connection is lost, or held for up to `holdMs`. @defaultValue `lose` */
  readonly undeliverable?: "lose" | "hold" | undefined;
  /** @defaultValue 60_000 */
  readonly holdMs?: number | undefined;
  /** In groups DingTalk delivers only what mentions the robot; `all` delivers the rest too. @defaultValue `mentions` */
  readonly groupDelivery?: "mentions" | "all" | undefined;
  /** Life of a session webhook. @defaultValue 5_400_000 */
  readonly sessionTtlMs?: number | undefined;
  /** Staff ids that robot sends report in `flowControlledStaffIdList`. */
  readonly flowControlledStaffIds?: readonly string[] | undefined;
  /** A second card under a used `outTrackId` is refused, or has no effect. @defaultValue `refuse` */
  readonly usedOutTrackId?: "refuse" | "ignore" | undefined;
  /** Streaming to a finished card answers 500 `unknownError`, or 200 without effect. @defaultValue `strict` */
  readonly afterFinalize?: "strict" | "lenient" | undefined;
  readonly registration?: RegistrationOptions | undefined;
  /** Largest `content` of one streaming call. DingTalk's own limit is unpublished. @defaultValue 20_000 */
  readonly streamMaxBytes?: number | undefined;
  /** Calls per second, app and API; 0 is no limit. DingTalk's standard edition has 20. @defaultValue 0 */
  readonly qpsLimit?: number | undefined;
  /** Delay of every answer, or of the answers to these paths. @defaultValue 0 */
  readonly latencyMs?: number | Readonly<Record<string, number>> | undefined;
}
