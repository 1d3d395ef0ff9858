export type { CardAction } from "./card-action.ts";
export { signCardCallback, verifyCardCallback } from "./card-callback-signature.ts";
export type { CardCallbackRequest } from "./card-callback-signature.ts";
export { FLOW_STATUS } from "./card-port.ts";
export type { CardDelivery, CardFrame, CardPort, CardState, CardUpdate } from "./card-port.ts";
export { signCustomRobot } from "./custom-robot-signature.ts";
export { cutAtWord } from "./cut-at-word.ts";
export { PUBLIC_ENDPOINTS } from "./endpoints.ts";
export type { Endpoints } from "./endpoints.ts";
export {
  ApiError,
  AuthError,
  CardError,
  ClosedError,
  ConfigError,
  ConnectionError,
  DecodeError,
  DingTalkError,
  PermissionError,
  RateLimitError,
  SignatureError,
  TimeoutError,
} from "./errors.ts";
export type { PlatformAnswer, SignatureFault, Stage } from "./errors.ts";
export { createEventCipher } from "./event-cipher.ts";
export type {
  EventCipher,
  EventCipherOptions,
  SealedEvent,
  SealedReply,
  SealOptions,
} from "./event-cipher.ts";
export type { DingTalkEvent } from "./event.ts";
export { DEFAULT_MAX_FRAME_BYTES, encodeAck, parseFrame, prepareAck } from "./frame.ts";
export type { Ack, Frame, ParseFrameOptions } from "./frame.ts";
export type { Inbound, InboundBody } from "./inbound.ts";
export type {
  AppendResult,
  ClaimedMessage,
  ClaimOptions,
  DropResult,
  LaneMessage,
  LaneStore,
  MessageKey,
  MessageState,
  RetryOptions,
  RetryResult,
} from "./lane-store.ts";
export { maskId } from "./mask-id.ts";
export { createMemoryState } from "./memory-state.ts";
export { parseCardAction } from "./parse-card-action.ts";
export { parseEvent, parseHttpEvent } from "./parse-event.ts";
export { parseRobotMessage } from "./parse-robot-message.ts";
export { plainText } from "./plain-text.ts";
export type { PlaceholderLanguage } from "./plain-text.ts";
export type { Clock, LogFields, Logger, Ports } from "./ports.ts";
export { redactText } from "./redact-text.ts";
export { redact } from "./redact.ts";
export { signRobotCallback, verifyRobotCallback } from "./robot-callback-signature.ts";
export type { RobotCallbackRequest } from "./robot-callback-signature.ts";
export type {
  ChatRecordEntry,
  ConversationType,
  Mention,
  MessageSender,
  Quote,
  RichTextPart,
  RobotContent,
  RobotMessage,
  SessionWebhook,
} from "./robot-message.ts";
export type {
  OutboundMessage,
  Reaction,
  ReactionPort,
  ReplyPort,
  RobotSendPort,
  SendReceipt,
  SessionMessage,
  SessionWebhookPort,
  Target,
} from "./sending.ts";
export type { EarlierMessages, EarlierReply, ReplyEnd, ReplyJournal } from "./reply-journal.ts";
export type { RequestHeaders } from "./signed-request.ts";
export type { JsonValue, StateChange, StateEntry, StatePort } from "./state-port.ts";
export { fillPorts, silentLogger, systemPorts } from "./system-ports.ts";
export { ALL_EVENTS_TOPIC, CARD_ACTION_TOPIC, ROBOT_MESSAGE_TOPIC } from "./topics.ts";
