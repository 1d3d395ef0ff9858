import type { IncomingMessage, ServerResponse } from "node:http";

import { DingTalkError } from "@dingtalk-kit/protocol";

import { isJson } from "./access-token.ts";
import { readCall, send } from "./api-server.ts";
import { createControlRoutes } from "./control-routes.ts";
import type { Simulator } from "./simulator.ts";

/** The control API under `/_sim`: what {@link Simulator} does, as JSON over HTTP. */
export function createControlApi(
  simulator: () => Simulator,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = createControlRoutes(simulator);
  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://simulator");
    const call = await readCall(request, url);
    const route = routes.get(`${request.method ?? "GET"} ${url.pathname.replace(/\/$/, "")}`);
    const refusal = refuseForeigner(request, isJson(call.headers));
    if (refusal !== undefined) return refuse(response, 403, refusal);
    if (route === undefined) return refuse(response, 404, `no such control call: ${url.pathname}`);
    // Whoever hangs up no longer waits for an answer, and must not take it from another.
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    try {
      send(response, { status: 200, body: (await route({ ...call, signal: gone.signal })) ?? {} });
    } catch (error) {
      if (!(error instanceof DingTalkError)) throw error;
      const status = error.code === "DINGTALK_TIMEOUT" ? 408 : 400;
      if (!gone.signal.aborted)
        send(response, { status, body: { code: error.code, message: error.message } });
    }
  };
}

/**
 * A web page in this machine's browser can reach loopback too. It cannot send JSON to another origin without asking
 * first, and a name that it rebinds to loopback shows in `Host`.
 */
function refuseForeigner(request: IncomingMessage, sendsJson: boolean): string | undefined {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (!/^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(host))
    return "the control API answers loopback names only";
  if (request.method !== "GET" && !sendsJson) return "send Content-Type: application/json";
  return undefined;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  send(response, { status, body: { code: "control", message } });
}
