import { ApiError, AuthError, ConnectionError, RateLimitError, TimeoutError } from "@dingtalk-kit/protocol";
import type { DingTalkError, Stage } from "@dingtalk-kit/protocol";

import type { ConnectStage } from "./connect-failure.ts";

const DOC = "See https://github.com/dingtalk-kit/dingtalk-kit/tree/main/packages/stream#connection-errors";

/** The phase below the connect stage: net keeps it in the cause. */
function phaseOf(error: DingTalkError): Stage | undefined {
  const { cause } = error;
  return cause instanceof ConnectionError || cause instanceof TimeoutError ? cause.stage : undefined;
}

function networkStep(phase: Stage | undefined, host: string): string {
  if (phase === "dns") return `The name could not be resolved: check the DNS of this machine for ${host}.`;
  if (phase === "proxy") {
    return "The proxy refused, or could not be reached: check the setting proxy, without it HTTP_PROXY, HTTPS_PROXY, NO_PROXY, and its credentials.";
  }
  if (phase === "tls") {
    return "TLS failed: check for TLS interception, and trust the company's CA with NODE_EXTRA_CA_CERTS or the setting caFile.";
  }
  return `Nothing came from DingTalk: check that the egress firewall and the proxy allow ${host}.`;
}

function openStep(error: DingTalkError): string {
  if (error instanceof AuthError) {
    return "DingTalk refused the credentials: compare client id (AppKey) and client secret (AppSecret) with the developer console.";
  }
  if (error instanceof RateLimitError) return "DingTalk throttles this app: it is tried again later.";
  if (!(error instanceof ApiError)) return networkStep(phaseOf(error), "api.dingtalk.com:443");
  // DingTalk always names a code; a bare status or a page comes from something in between.
  if (error.status >= 500) {
    const proxy = error.platformCode === undefined ? ", or a proxy in between cannot reach it" : "";
    return `DingTalk is overloaded or down${proxy}: it is tried again.`;
  }
  if (error.platformCode === undefined) {
    return "The answer did not come from DingTalk: check HTTP_PROXY, HTTPS_PROXY, NO_PROXY and the gateway in between.";
  }
  if (error.platformCode.endsWith("IpNotInWhiteList")) {
    return "Add this machine's public IP to the app's allowlist in the developer console.";
  }
  return "DingTalk received the request and refused it. Compare client id and secret with the developer console; check there: robot capability on, message mode Stream, and a published version. Else its validation refused a field of the request: the message names it.";
}

/** What to do about a failed connection, in one or two sentences. */
export function nextStep(stage: ConnectStage, error: DingTalkError): string {
  if (stage === "connect.open") return `${openStep(error)} ${DOC}`;
  const step =
    error instanceof ApiError
      ? "The upgrade was refused: the proxy must pass WebSocket Upgrade on, to wss-open-connection.dingtalk.com:443."
      : networkStep(phaseOf(error), "wss-open-connection.dingtalk.com:443");
  const paths =
    "When a check in a shell works, this process takes another way than the shell: compare HTTPS_PROXY and NO_PROXY of both.";
  return `Likely websocket/proxy/WSS issue after connections/open succeeded. ${step} ${paths} ${DOC}`;
}
