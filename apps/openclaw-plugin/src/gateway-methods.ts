import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";

import { INBOX_METHODS, inboxMethod } from "./inbox-request.ts";

/** Lets clients of the gateway, our command line first of all, look into the inboxes of the running accounts. */
export function registerGatewayMethods(api: OpenClawPluginApi): void {
  for (const { action, scope } of INBOX_METHODS) {
    api.registerGatewayMethod(
      inboxMethod(action),
      async ({ params, respond, context }) => {
        const { answerInGateway } = await import("./on-demand.ts");
        respond(true, await answerInGateway(action, params, context.getRuntimeConfig()));
      },
      { scope },
    );
  }
}
