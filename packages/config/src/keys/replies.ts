import { z } from "zod";

import type { ReplySettings } from "../service-settings.ts";
import { about } from "./key-meta.ts";
import type { KeySchemas } from "./key-meta.ts";
import { text } from "./value-schemas.ts";

const messageType = z.enum(["markdown", "card"]);
const shown = (label: string, what: string): z.ZodType<boolean> =>
  z.boolean().default(false).meta(about(label, what));

/** Of {@link ReplySettings.ackReaction}: whoever did not choose one. */
export const DEFAULT_ACK_REACTION = "🤔思考中";

const statusFields: KeySchemas<ReplySettings["cardStatusLine"]> = {
  model: shown("Model", "Name of the model."),
  effort: shown("Effort", "How much it thinks, as OpenClaw says."),
  agent: shown("Agent", "Name of the agent."),
  taskTime: shown("Time", "How long it took, from when the agent was asked."),
  tokens: shown(
    "Tokens",
    "How many it used, if OpenClaw tells in time. It then shows no previews on its other channels.",
  ),
  dapiUsage: shown(
    "Calls",
    "How many calls to DingTalk it took, up to and with the last update of the text.",
  ),
};
const statusLine: z.ZodType<ReplySettings["cardStatusLine"]> = z.object(statusFields);

/** How an answer looks. */
export const replyKeys: KeySchemas<ReplySettings> = {
  messageType: messageType
    .default("markdown")
    .meta(
      about(
        "Reply as",
        "`card`: one AI card that grows while the agent writes. `markdown`: messages when it is done.",
        { setup: true },
      ),
    ),
  groupMessageType: messageType
    .optional()
    .meta(about("Reply in groups as", "Instead of `messageType`, in groups.", { advanced: true })),
  cardTemplateId: text
    .optional()
    .meta(
      about(
        "Card template",
        "Id of an AI card template of yours (`….schema`). Without it the public template is used.",
        { setup: true },
      ),
    ),
  cardTemplateKey: text
    .optional()
    .meta(
      about("Card variable", "The streaming variable of that template, such as `content`.", { setup: true }),
    ),
  cardStreamingMode: z
    .enum(["off", "answer", "all"])
    .default("all")
    .meta(
      about(
        "What a card shows while it grows",
        "`all`: text, and what the agent does before there is any. `answer`: text. `off`: nothing before the end.",
        { advanced: true },
      ),
    ),
  cardStreamInterval: z
    .int()
    .min(200)
    .max(60_000)
    .default(800)
    .meta(
      about("Card interval", "Least milliseconds between two updates of a card; each is a call.", {
        advanced: true,
      }),
    ),
  cardDegradeMs: z
    .int()
    .min(60_000)
    .max(86_400_000)
    .default(1_800_000)
    .meta(
      about(
        "Pause of cards",
        "Most milliseconds for which answers come as messages after cards kept failing. A card is tried again after 30 seconds, then ever later, up to this.",
        { advanced: true },
      ),
    ),
  cardAtSender: text
    .optional()
    .meta(
      about(
        "Mention after a card",
        "Text of a message that mentions the sender when a group's card is done, because cards notify nobody.",
        { advanced: true },
      ),
    ),
  cardStatusLine: statusLine.prefault({}).meta(
    about("Card status line", "What stands in a line below the answer of a finished card.", {
      advanced: true,
    }),
  ),
  tableMode: z
    .enum(["native", "align", "plain"])
    .default("native")
    .meta(
      about(
        "Tables",
        "`native`: as the agent wrote them. `align`: columns evened out for DingTalk. `plain`: as text.",
        { advanced: true },
      ),
    ),
  ack: z
    .enum(["off", "reaction", "text", "card"])
    .default("reaction")
    .meta(
      about(
        "Sign of work",
        "What tells people that their message was taken. `reaction`: see `ackReaction`. `text`: a message, see `ackText`. `card`: the answer's card, opened before the agent starts. `off`: nothing.",
        { advanced: true },
      ),
    ),
  ackText: text.optional().meta(
    about("Words of that sign", "Sent when `ack` is `text`; a sentence of ours when absent.", {
      advanced: true,
    }),
  ),
  ackReaction: z
    .string()
    .default(DEFAULT_ACK_REACTION)
    .meta(
      about(
        "Reaction",
        "Put on a message while it is worked on, when `ack` is `reaction`: two calls. Empty: none.",
        { advanced: true },
      ),
    ),
  longTaskNoticeMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .default(0)
    .meta(
      about(
        "Notice of long work",
        "Milliseconds until people are told once that it takes longer: in the card while it has no text, else by a message. 0: never.",
        { advanced: true },
      ),
    ),
  systemPrompt: text
    .optional()
    .meta(
      about(
        "System prompt",
        "What the agent is told besides, in every conversation of this account; a group's own comes after it.",
        { advanced: true },
      ),
    ),
};
