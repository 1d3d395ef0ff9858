export type { Reply, ReplyEvent, ReplyOptions, ReplyOutcome } from "./reply.ts";
export { resolveCardTemplate, STANDARD_CARD_TEMPLATE_ID } from "./template.ts";
export type { CardTemplate, CardTemplateOptions } from "./template.ts";
export type { Language } from "./texts.ts";
