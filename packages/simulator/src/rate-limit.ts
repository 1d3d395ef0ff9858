import type { Core } from "./core.ts";
import type { StandingFault } from "./standing-fault.ts";
import { apiRefusal } from "./refusal.ts";
import type { CallSubject } from "./route.ts";

type Throttle = StandingFault<"call.throttle">;

/** Counts calls per app and API against the faults `call.throttle`. @throws Refusal 403, never 429: DingTalk throttles that way. */
export function createRateLimit(core: Core): (clientId: string, subject: CallSubject) => void {
  const passed = new WeakMap<Throttle, Map<string, number[]>>();

  /** The times of this app's calls to this API that passed in the throttle's window. */
  const recentOf = (throttle: Throttle, key: string): number[] => {
    const windowMs = throttle.details.code.startsWith("Qpm") ? 60_000 : 1_000;
    const byKey = passed.get(throttle) ?? new Map<string, number[]>();
    passed.set(throttle, byKey);
    const recent = (byKey.get(key) ?? []).filter((atMs) => atMs > core.nowMs() - windowMs);
    byKey.set(key, recent);
    return recent;
  };

  return (clientId, { path, method }) => {
    const subject = { path, method, clientId };
    const key = `${clientId} ${path}`;
    const isFull = (throttle: Throttle): boolean => recentOf(throttle, key).length >= throttle.details.limit;
    const refusal = core.faults.strike("call.throttle", subject, isFull);
    if (refusal !== undefined) {
      throw apiRefusal(
        403,
        `Forbidden.AccessDenied.${refusal.code}`,
        "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了",
      );
    }
    if (core.faults.strike("call.over-quota", subject) !== undefined) {
      throw apiRefusal(403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "企业当月接口调用次数已用完");
    }
    for (const throttle of core.faults.standing("call.throttle")) recentOf(throttle, key).push(core.nowMs());
  };
}
