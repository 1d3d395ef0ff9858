export { openSimulator } from "./open-simulator.ts";
export type { AnswerOptions, Simulator } from "./simulator.ts";
export type {
  RedeliveryOptions,
  RegistrationOptions,
  SimulatedGroup,
  SimulatedPerson,
  SimulatorOptions,
  SystemFrameOptions,
} from "./options.ts";
export type { RegisteredApp, SimulatedApp } from "./app.ts";
export type { SaidMessage, SayInput } from "./person.ts";
export type { Answer } from "./answers.ts";
export type { AppWishes, RegistrationStatus, ShownRegistration } from "./device-registration.ts";
export type { Delivery } from "./delivery.ts";
export type { ShownMessage } from "./chat.ts";
export type { CardMoment, ShownCard } from "./card-instance.ts";
export type { CardTemplateSpec, CardVariableType } from "./card-template.ts";
export type { AnswerMatch, LedgerAnswer, LedgerEntry } from "./message-ledger.ts";
export type { CallFilter, RecordedCall } from "./call-log.ts";
export type { ConnectionInfo } from "./stream-connection.ts";
export type { Subscription } from "./subscription.ts";
export type { Failure } from "./call-faults.ts";
export type { FaultFields, FaultKind, FaultSpec, FaultTiming, FaultWhere } from "./fault-spec.ts";
export type { FaultHandle, FaultInfo } from "./standing-fault.ts";
export type { ClickInput, EventInput } from "./push-kinds.ts";
