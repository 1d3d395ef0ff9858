import { z } from "zod";

import type { IdentitySettings } from "../account-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { id, secret, text } from "./value-schemas.ts";

/** Which app and robot an account is. */
export const identityKeys: KeySchemas<IdentitySettings> = {
  enabled: z.boolean().default(true).meta(about("Enabled", "Whether this account is started.")),
  name: text.optional().meta(about("Name", "A name of your own for this account, shown in status and logs.")),
  clientId: id
    .optional()
    .meta(
      about(
        "Client ID",
        "Client ID (AppKey) of the DingTalk app, from the developer console under Credentials.",
        { setup: true },
      ),
    ),
  clientSecret: secret.optional().meta(
    about("Client Secret", "Client Secret (AppSecret) of the app: the text itself, or a SecretRef.", {
      sensitive: true,
      setup: true,
    }),
  ),
  robotCode: id.optional().meta(
    about("Robot code", "Robot code, where it differs from the Client ID.", {
      advanced: true,
      setup: true,
    }),
  ),
  corpId: id.optional().meta(
    about("Corp ID", "Id of your enterprise (`ding…`), for calls that need it.", {
      advanced: true,
      notYet: true,
      setup: true,
    }),
  ),
  dingtalkAgentId: id.optional().meta(
    about(
      "Agent ID in DingTalk",
      "The app's AgentId in the developer console, a number. Not an agent of yours.",
      {
        advanced: true,
        notYet: true,
        setup: true,
      },
    ),
  ),
  chatbotUserId: text
    .optional()
    .meta(
      about(
        "Robot's user id",
        "The robot's own id (`chatbotUserId` of a message it got, `$:…`). Its messages are then known as a robot's by your other accounts; without it, once this account has got a message.",
        { advanced: true },
      ),
    ),
};
