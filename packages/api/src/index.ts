export { createDingTalkApi } from "./dingtalk-api.ts";
export type { DingTalkApi } from "./dingtalk-api.ts";
export type { DingTalkApiOptions } from "./options.ts";
