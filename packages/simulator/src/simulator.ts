import type { Endpoints } from "@dingtalk-kit/protocol";

import type { Answer } from "./answers.ts";
import type { RegisteredApp, SimulatedApp } from "./app.ts";
import type { CallFilter, RecordedCall } from "./call-log.ts";
import type { ShownCard } from "./card-instance.ts";
import type { ShownMessage } from "./chat.ts";
import type { Delivery } from "./delivery.ts";
import type { Failure } from "./call-faults.ts";
import type { AppWishes, ShownRegistration } from "./device-registration.ts";
import type { FaultSpec } from "./fault-spec.ts";
import type { FaultHandle, FaultInfo } from "./standing-fault.ts";
import type { AnswerMatch, LedgerEntry } from "./message-ledger.ts";
import type { SimulatedGroup } from "./options.ts";
import type { SaidMessage, SayInput } from "./person.ts";
import type { ClickInput, EventInput } from "./push-kinds.ts";
import type { ConnectionInfo } from "./stream-connection.ts";

export interface AnswerOptions {
  /** @defaultValue 30_000 */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A running DingTalk. Disposing closes every socket and timer; it may be called twice. */
export interface Simulator extends AsyncDisposable {
  /** `http(s)://127.0.0.1:port`: API, legacy API, Stream and control API in one. */
  readonly url: string;
  readonly endpoints: Endpoints;
  /** The default app. */
  readonly app: RegisteredApp;
  /** Registers a further app, or replaces the one with its client id. */
  addApp(app: SimulatedApp): RegisteredApp;
  /** Makes a group known before anybody speaks in it. */
  addGroup(group: SimulatedGroup): void;
  /** A person says something to a robot. @throws ConfigError when no person could */
  say(input: string | SayInput): Promise<SaidMessage>;
  /**
   * The next complete answer in that conversation that no earlier call took: one message, or one card at its end.
   * @throws TimeoutError after `timeoutMs`, 30 000 by default; `signal.reason` when `signal` ends the wait
   */
  answer(said: SaidMessage, options?: AnswerOptions): Promise<Answer>;
  /** A person clicks on a card. @throws ConfigError when there is no such card */
  click(input: ClickInput): Promise<Delivery>;
  /** Pushes an event to whoever subscribed to `*`. */
  emitEvent(input: EventInput): Promise<Delivery>;
  /**
   * Somebody presses Save under Stream mode on the console's page for events. The console looks for a connection.
   * @throws ConfigError when the app has none, as the console refuses
   */
  saveStreamMode(clientId?: string): void;
  /** Robots that programs asked to create by a QR code, oldest first, and what became of them. */
  registrations(): readonly ShownRegistration[];
  /**
   * A person scans the code of a registration, or of the latest one, and agrees: the robot exists from now on, published
   * and in Stream mode.
   * @param app - what the new app shall have; the rest is drawn
   * @throws ConfigError when there is none, or it is decided
   */
  approveRegistration(userCode?: string, app?: AppWishes): RegisteredApp;
  /** The person says no. @throws ConfigError as `approveRegistration` */
  refuseRegistration(userCode?: string, reason?: string): void;
  /** Nobody decided in time. @throws ConfigError as `approveRegistration` */
  expireRegistration(userCode?: string): void;
  /** What people see, oldest first: everywhere, or in one conversation. */
  messages(conversationId?: string): readonly ShownMessage[];
  cards(): readonly ShownCard[];
  /** Every API call, oldest first. A path ends in `*` to match its beginning. */
  calls(filter?: CallFilter | string): readonly RecordedCall[];
  /**
   * For every message that a person said to a robot: its deliveries, acks and answers, oldest first. `match` tells which
   * answer is one to which message; without it, the session webhook and the order in the conversation do.
   */
  ledger(match?: AnswerMatch): readonly LedgerEntry[];
  /** Live sockets. */
  connections(clientId?: string): readonly ConnectionInfo[];
  /** Sends text (or an object as JSON) as it is to every connection, well-formed or not. @returns how many got it */
  send(frame: string | object, clientId?: string): number;
  /** Rotates connections as DingTalk does: `disconnect` frame, no more pushes, close after the grace time. */
  disconnect(reason?: string, clientId?: string): void;
  /** Cuts sockets without a close frame. */
  dropSockets(clientId?: string): void;
  /** Makes every access token invalid. */
  expireTokens(): void;
  /** What chance follows from. Give it back as an option to have the same again. */
  readonly seed: number;
  /** Sets a fault. @throws ConfigError when it makes no sense */
  fault(spec: FaultSpec): FaultHandle;
  /** Every fault that was not lifted, with what it struck so far. */
  faults(): readonly FaultInfo[];
  /** Lifts one fault by its id, or all. @throws ConfigError when there is none of this id */
  liftFaults(id?: string): void;
  /** Puts the simulator's clock forward; whatever falls due on the way happens, in order. */
  advance(byMs: number): Promise<void>;
  /** Orders a failure for the next calls to a path. Short for the fault `call.answer` with `times: 1`. */
  failNext(path: string, failure: Failure): void;
  /** What clients did against the protocol. Empty is good. */
  violations(): readonly string[];
}
