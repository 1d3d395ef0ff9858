export { createApiLimits } from "./api-limits.ts";
export type { ApiLimits } from "./api-limits.ts";
export { beginDeviceRegistration } from "./device-registration.ts";
export type {
  DeviceRegistration,
  DeviceRegistrationOptions,
  RegistrationOutcome,
} from "./device-registration.ts";
export { createDingTalkApi } from "./dingtalk-api.ts";
export type { ApiDependencies, DingTalkApi } from "./dingtalk-api.ts";
export type { DingTalkApiOptions } from "./options.ts";
export type { QuotaMeter, QuotaUsage } from "./quota.ts";
