/** Strikes at every opportunity. */
type Nothing = object;

interface Delay {
  /** How long, in milliseconds. */
  readonly delayMs: number;
}

interface Copies {
  /** Further copies. @defaultValue 1 */
  readonly count?: number | undefined;
  /** Wait before each further copy. @defaultValue 0 */
  readonly delayMs?: number | undefined;
}

interface Reorder {
  /** Goes out after the next one, or after this time when none follows. @defaultValue 1_000 */
  readonly withinMs?: number | undefined;
}

/** Whom a socket fault strikes, and at which moment. */
interface Moment {
  /**
   * `now`: every live socket, when the fault begins. `open`: each socket as soon as it is admitted. `push`: a socket
   * right after a message or an event went down. @defaultValue `now`
   */
  readonly when?: "now" | "open" | "push" | undefined;
  /** With `now`: again and again at this interval. 0 is once. @defaultValue 0 */
  readonly everyMs?: number | undefined;
}

interface Performed {
  /** Whether the call took effect before its answer went wrong. @defaultValue false */
  readonly performed?: boolean | undefined;
}

interface Stall {
  /** Where it stalls: before the whole answer, or after the headers and half of the body. @defaultValue `answer` */
  readonly before?: "answer" | "body" | undefined;
}

interface HttpAnswer {
  /** @defaultValue 503 */
  readonly status?: number | undefined;
  /** A string goes out as it is (as HTML when it begins with `<`), everything else as JSON. @defaultValue by status */
  readonly body?: unknown;
}

/** The kinds of faults, and what each may be told. */
export interface FaultFields {
  /** A pushed message or event never leaves. SYSTEM frames are spared; `socket.half-open` silences those too. */
  readonly "frame.drop": Nothing;
  readonly "frame.delay": Delay;
  readonly "frame.duplicate": Copies;
  readonly "frame.reorder": Reorder;
  /** A client's response to a pushed message or event never arrives. */
  readonly "ack.drop": Nothing;
  readonly "ack.delay": Delay;
  readonly "ack.duplicate": Copies;
  readonly "ack.reorder": Reorder;

  /** A robot message comes again although it was acknowledged. */
  readonly "message.redeliver": {
    /** @defaultValue 1 */
    readonly count?: number | undefined;
    /** @defaultValue 60_000 */
    readonly delayMs?: number | undefined;
    /** Whether a repeat comes under a new `headers.messageId`; `msgId` stays. @defaultValue false */
    readonly newFrameId?: boolean | undefined;
  };
  /** The monthly delivery quota is spent: the message comes without its content, with error code 20001. */
  readonly "message.over-quota": Nothing;

  /** SYSTEM `disconnect`: no more pushes there, closed after the grace time. With `everyMs`, a storm. */
  readonly "socket.disconnect": Moment & {
    /** @defaultValue `connection is expired` */
    readonly reason?: string | undefined;
  };
  /** Reads and answers nothing any more and sends no FIN; messages are still routed there and get lost. */
  readonly "socket.half-open": Moment & {
    /** How long messages are still routed there, whatever the client does meanwhile. @defaultValue 60_000 */
    readonly routeForMs?: number | undefined;
  };
  /** TCP RST. */
  readonly "socket.reset": Moment;
  /** Closes with this code. 1006 is no close frame, only a FIN. */
  readonly "socket.close": Moment & {
    /** @defaultValue 1006 */
    readonly code?: number | undefined;
  };

  /** The WebSocket upgrade is answered late. */
  readonly "handshake.slow": Delay;
  /** The WebSocket upgrade is never answered. */
  readonly "handshake.hang": Nothing;
  readonly "handshake.refuse": HttpAnswer;

  /** An answer that replaces the real one. */
  readonly "call.answer": HttpAnswer & Performed;
  readonly "call.slow": Delay & Stall;
  /** No (whole) answer ever. */
  readonly "call.hang": Stall & Performed;
  /** TCP RST instead of an answer. */
  readonly "call.reset": Performed;
  /** 403, as DingTalk throttles. */
  readonly "call.throttle": {
    /** Calls per app and API that pass: per second, per minute with a `Qpm…` code. @defaultValue 0: none */
    readonly limit?: number | undefined;
    /** @defaultValue `QpsLimitForAppkeyAndApi` */
    readonly code?: "QpsLimitForAppkeyAndApi" | "QpmLimitForAppkeyAndApi" | "QpsLimitForApi" | undefined;
  };
  /** The access token that the call carries dies here and now; the app has to fetch a new one. */
  readonly "call.expired-token": {
    /** Of this and every later refusal of that token. @defaultValue 400 */
    readonly status?: 400 | 401 | undefined;
  };
  /** 403 `ApiCountLimitForOrg`: the monthly quota of calls is spent. */
  readonly "call.over-quota": Nothing;
}

export type FaultKind = keyof FaultFields;

/** What a fault is limited to. Each kind knows only what its opportunities have: see the package README. */
export interface FaultWhere {
  /** Calls: the exact path, or its beginning and `*`. */
  readonly path?: string | undefined;
  /** Calls: the HTTP method. */
  readonly method?: string | undefined;
  /** Calls: text that the body holds as it came, such as `"isFinalize":true`. */
  readonly holds?: string | undefined;
  /** Frames and acks. */
  readonly topic?: string | undefined;
  readonly clientId?: string | undefined;
  /** Frames, acks and sockets. */
  readonly connectionId?: string | undefined;
  /** Messages. */
  readonly conversationId?: string | undefined;
}

/** How often and when a fault strikes. */
export interface FaultTiming {
  /** Strikes only here. @defaultValue everywhere */
  readonly where?: FaultWhere | undefined;
  /** Of each opportunity, from 0 to 1. @defaultValue 1 */
  readonly probability?: number | undefined;
  /** Ends after so many strikes. @defaultValue no end */
  readonly times?: number | undefined;
  /** Begins so long after it was set. @defaultValue 0 */
  readonly fromMs?: number | undefined;
  /** Ends so long after it began. @defaultValue no end */
  readonly forMs?: number | undefined;
}

/** One fault: what, where, how often and when. Plain JSON. */
export type FaultSpec = {
  readonly [K in FaultKind]: { readonly kind: K } & FaultFields[K] & FaultTiming;
}[FaultKind];

/** The fields of one kind with every default filled in. */
export type FaultDetails<K extends FaultKind> = {
  readonly [P in keyof FaultFields[K]]-?: Exclude<FaultFields[K][P], undefined>;
};
