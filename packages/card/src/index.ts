export { messageTitle } from "./message-title.ts";
export { createReply } from "./reply.ts";
export type { Reply, ReplyEvent, ReplyOptions, ReplyOutcome } from "./reply.ts";
export { splitMarkdown } from "./split-markdown.ts";
export { resolveCardTemplate, STANDARD_CARD_TEMPLATE_ID } from "./template.ts";
export type { CardTemplate, CardTemplateOptions } from "./template.ts";
export type { TextLimits } from "./text-limits.ts";
export type { Language } from "./texts.ts";
