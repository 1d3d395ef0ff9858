import { z } from "zod";

import type { CustomRobotSettings } from "../service-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { httpUrl, ids, secret, texts } from "./value-schemas.ts";

const fields: KeySchemas<CustomRobotSettings> = {
  url: httpUrl.optional().meta(
    about("URL", "`https://oapi.dingtalk.com/robot/send?access_token=…`, as the group's settings show it.", {
      sensitive: true,
    }),
  ),
  secret: secret
    .optional()
    .meta(about("Secret", "`SEC…`, when the robot's security is a signature.", { sensitive: true })),
  keywords: texts
    .default([])
    .meta(about("Keywords", "Words of which each message must hold one, when that is the robot's security.")),
  ratePerMinute: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .meta(about("Messages per minute", "DingTalk allows 20 per robot.")),
  maxBytes: z
    .int()
    .min(1000)
    .max(20_000)
    .default(20_000)
    .meta(about("Largest message", "Bytes; longer messages are split.")),
  atMobiles: ids.default([]).meta(about("Mentioned mobiles", "Mobile numbers that each message mentions.")),
  atUserIds: ids.default([]).meta(about("Mentioned people", "Staff ids that each message mentions.")),
};
const section: z.ZodType<CustomRobotSettings> = z.object(fields);

/** `webhook`: a custom robot of one group, which can only send. */
export const customRobot: z.ZodType<CustomRobotSettings> = section.prefault({}).meta(
  about("Custom robot", "A robot of one group that sends through its own URL. It cannot receive.", {
    advanced: true,
    notYet: true,
  }),
);
