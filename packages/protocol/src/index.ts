export type { CardAction } from "./card-action.ts";
export { FLOW_STATUS } from "./card-port.ts";
export type { CardDelivery, CardFrame, CardPort, CardState, CardUpdate } from "./card-port.ts";
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
export type { PlatformAnswer, Stage } from "./errors.ts";
export type { DingTalkEvent } from "./event.ts";
export { DEFAULT_MAX_FRAME_BYTES, encodeAck, parseFrame } from "./frame.ts";
export type { Ack, Frame, ParseFrameOptions } from "./frame.ts";
export type { Inbound, InboundBody } from "./inbound.ts";
export { parseCardAction } from "./parse-card-action.ts";
export { parseEvent, parseHttpEvent } from "./parse-event.ts";
export { parseRobotMessage } from "./parse-robot-message.ts";
export type { Clock, LogFields, Logger, Ports } from "./ports.ts";
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
  SessionWebhookPort,
  Target,
} from "./sending.ts";
export { fillPorts, silentLogger, systemPorts } from "./system-ports.ts";
export { ALL_EVENTS_TOPIC, CARD_ACTION_TOPIC, ROBOT_MESSAGE_TOPIC } from "./topics.ts";
