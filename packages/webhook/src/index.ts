export { createSessionWebhook } from "./session-webhook.ts";
