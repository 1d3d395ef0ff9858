import { ConfigError, FLOW_STATUS } from "@dingtalk-kit/protocol";

/** What we must know of a card template to stream an answer into it. */
export interface CardTemplate {
  /** Ends in `.schema`. */
  readonly id: string;
  /** The template's streaming variable that takes the answer. A wrong one fails each frame with `unknownError`. */
  readonly key: string;
  /** Fills the card when it is created, besides {@link key}. */
  readonly params: Readonly<Record<string, string>>;
  /** Whether the card shows a word of waiting in {@link key} until the answer begins. Templates with a look of their
   *  own for PROCESSING do not need it; others would be blank. */
  readonly placeholder: boolean;
  /** Whether the template knows the FAILED state. Without it an `isError` frame is refused. */
  readonly failedState: boolean;
  /** A variable that must be set to the final state by a call of its own, because the template does not follow the
   *  stream. Costs one call per reply. */
  readonly stateVariable: string | undefined;
  /** Longest text that the card shows, in UTF-16 units. Above about 3,000 characters cards were seen blank
   *  (observed by users, not documented); the rest of an answer follows in messages. */
  readonly maxChars: number;
}

/** The standard AI Markdown card, usable by every app; the one in DingTalk's own SDK samples. */
export const STANDARD_CARD_TEMPLATE_ID = "382e4302-551d-4880-bf29-a30acfab2e71.schema";

const CONFIG_AUTO_LAYOUT = JSON.stringify({ autoLayout: true });

const AI_CARD = { failedState: true, maxChars: 3_000 } as const;

/**
 * The public AI Markdown cards. Clients in production name the shown variable in `sys_full_json_obj` and close the card
 * with an update of its own; whether `isFinalize` alone would clear the spinner of these two is not documented.
 */
const PUBLIC_TEMPLATE_IDS: readonly string[] = [
  STANDARD_CARD_TEMPLATE_ID,
  "02fcf2f4-5e02-4a85-b672-46d1f715543e.schema",
];

function publicTemplate(id: string, key: string): CardTemplate {
  return {
    ...AI_CARD,
    id,
    key,
    params: {
      flowStatus: FLOW_STATUS.PROCESSING,
      staticMsgContent: "",
      sys_full_json_obj: JSON.stringify({ order: [key] }),
      config: CONFIG_AUTO_LAYOUT,
    },
    placeholder: false,
    stateVariable: "flowStatus",
  };
}

function customTemplate(id: string, key: string): CardTemplate {
  return {
    ...AI_CARD,
    id,
    key,
    params: { flowStatus: FLOW_STATUS.PROCESSING, config: CONFIG_AUTO_LAYOUT },
    placeholder: true,
    stateVariable: undefined,
  };
}

/** What a user configures of a card. */
export interface CardTemplateOptions {
  /** @defaultValue {@link STANDARD_CARD_TEMPLATE_ID} */
  readonly cardTemplateId?: string | undefined;
  /** The template's streaming variable. @defaultValue `msgContent` for the public templates,
   *  else `content`, the default of DingTalk's own AI template */
  readonly cardTemplateKey?: string | undefined;
}

/**
 * The template to stream into: a preset when the id is a known public template, else a custom AI card.
 *
 * Without an id it is the standard AI Markdown card, because any app of any corp may use that one, while a private
 * template belongs to one corp. Blank strings count as absent.
 *
 * @throws ConfigError when an id or key contains white space.
 */
export function resolveCardTemplate(options: CardTemplateOptions = {}): CardTemplate {
  const id = word("cardTemplateId", options.cardTemplateId) ?? STANDARD_CARD_TEMPLATE_ID;
  const key = word("cardTemplateKey", options.cardTemplateKey);
  return PUBLIC_TEMPLATE_IDS.includes(id)
    ? publicTemplate(id, key ?? "msgContent")
    : customTemplate(id, key ?? "content");
}

function word(name: string, value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  if (trimmed === undefined || trimmed === "") return undefined;
  if (/\s/.test(trimmed)) throw new ConfigError(`${name} must not contain white space`);
  return trimmed;
}
