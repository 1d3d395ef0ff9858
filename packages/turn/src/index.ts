export { createConversationLanes } from "./conversation-lanes.ts";
export type {
  CancelledJobs,
  ConversationLanes,
  ConversationLanesOptions,
  LaneResult,
} from "./conversation-lanes.ts";
export { createDuplicateFilter } from "./duplicate-filter.ts";
export type { DuplicateFilter, DuplicateFilterOptions } from "./duplicate-filter.ts";
export { createReplyPort } from "./reply-port.ts";
export type { ReplyRoutes } from "./reply-port.ts";
export { replyTarget } from "./reply-target.ts";
export { isStopCommand, STOP_COMMANDS } from "./stop-command.ts";
