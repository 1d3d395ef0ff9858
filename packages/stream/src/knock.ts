import type { Net } from "@dingtalk-kit/net";

import { OPEN_PATH } from "./endpoint.ts";

const TIMEOUT_MS = 1_500;

/**
 * Whether DingTalk's gateway is there: it answers, and not with a server error. Sends no credentials and registers
 * nothing, so it is cheaper for both sides than an attempt. Never rejects.
 */
export async function knock(net: Net, api: string, signal: AbortSignal): Promise<boolean> {
  try {
    const url = `${api}${OPEN_PATH}`;
    const { status } = await net.request({ method: "GET", url, timeoutMs: TIMEOUT_MS, signal });
    return status < 500 && status !== 429;
  } catch {
    return false;
  }
}
