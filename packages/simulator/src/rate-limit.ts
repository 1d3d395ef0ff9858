import type { Core } from "./core.ts";
import { apiRefusal } from "./refusal.ts";

const WINDOW_MS = 1000;

/** Counts calls per app and API over the last second. @throws Refusal 403, never 429: DingTalk throttles that way. */
export function createRateLimit(core: Core): (clientId: string, path: string) => void {
  const recent = new Map<string, number[]>();
  return (clientId, path) => {
    const limit = core.options.qpsLimit;
    if (limit === 0) return;
    const key = `${clientId} ${path}`;
    const nowMs = core.nowMs();
    const calls = (recent.get(key) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
    recent.set(key, calls);
    if (calls.length >= limit) {
      throw apiRefusal(
        403,
        "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
        "您的企业应用调用钉钉开放平台当前接口的所有请求都被暂时禁用了",
      );
    }
    calls.push(nowMs);
  };
}
