import {
  callGatewayFromCli,
  isGatewayClientRequestError,
  isGatewayTransportError,
} from "openclaw/plugin-sdk/gateway-runtime";

import { describeFailure } from "./failure.ts";
import { readInboxReply } from "./inbox-reply.ts";
import type { InboxReply, Refusal } from "./inbox-reply.ts";
import { INBOX_METHODS, inboxMethod } from "./inbox-request.ts";
import type { InboxRequest } from "./inbox-request.ts";

/** What came of asking the gateway. `absent`: none runs on this machine, so nobody has the files open. */
export type Asked =
  | { readonly kind: "answered"; readonly reply: InboxReply }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "absent" };

/** Patient: a gateway that has just started loads for a while before it answers. */
const TIMEOUT_MS = 30_000;

/** Asks the gateway that the host's config names, with no more rights than the request needs. Does not reject. */
export async function askGateway({ action, ...params }: InboxRequest): Promise<Asked> {
  const scopes = INBOX_METHODS.filter((method) => method.action === action).map(({ scope }) => scope);
  try {
    const options = { json: true, timeout: String(TIMEOUT_MS) };
    const answer = await callGatewayFromCli(inboxMethod(action), options, params, {
      scopes,
      progress: false,
    });
    const reply = readInboxReply(answer);
    return reply === undefined ? refused("gateway-version", OTHER_VERSION) : { kind: "answered", reply };
  } catch (error) {
    return whyNotAnswered(error);
  }
}

type Words = Omit<Refusal, "code">;

const refused = (code: string, words: Words): Asked => ({ kind: "refused", refusal: { code, ...words } });

const OTHER_VERSION: Words = {
  message: "The running gateway has loaded another version of this plugin.",
  next: "`openclaw gateway restart`, or `openclaw plugins reload dingtalk`",
};

/** WebSocket's code for "not allowed": with it the gateway closes on a wrong token. */
const POLICY_VIOLATION = 1008;

/** What the host's client says of a gateway that it could not ask, for people. */
export function whyNotAnswered(error: unknown): Asked {
  const { cause } = describeFailure(error);
  if (isGatewayTransportError(error) && error.code !== POLICY_VIOLATION) {
    const nobodyListens = error.reason?.includes("ECONNREFUSED") === true;
    if (nobodyListens && error.connectionDetails.urlSource === "local loopback") return { kind: "absent" };
    return refused("gateway-silent", {
      message: `The gateway did not answer: ${cause}`,
      next: "`openclaw gateway status`; one that is just starting answers in a minute",
    });
  }
  if (isGatewayClientRequestError(error) && error.message.includes("unknown method")) {
    return refused("gateway-without-plugin", {
      message: "A gateway runs, and has not loaded this plugin.",
      next: "`openclaw plugins inspect dingtalk` tells why; then `openclaw gateway restart`, or stop the gateway to read the file",
    });
  }
  if (isGatewayClientRequestError(error) && error.gatewayCode === "UNAVAILABLE")
    return refused("gateway-failed", { message: `The gateway failed: ${cause}`, next: "`openclaw logs`" });
  return refused("gateway-refused", {
    message: `The gateway did not let us ask: ${cause}`,
    next: "use the token or password of that gateway: gateway.auth in its config, or OPENCLAW_GATEWAY_TOKEN; `openclaw gateway status` tells which gateway it is",
  });
}
