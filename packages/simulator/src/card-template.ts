/** `markdown` variables take whole texts only (`isFull` must be true); `string` variables may be appended to. */
export type CardVariableType = "string" | "markdown";

/** What a card template declares. */
export interface CardTemplateSpec {
  /** `….schema` */
  readonly id: string;
  readonly variables: Readonly<Record<string, CardVariableType>>;
  /** The variables that `PUT /v1.0/card/streaming` may fill. The first is what a person reads as the answer. */
  readonly streaming: readonly string[];
  /** Whether the template has the failed state, which `isError` needs. @defaultValue true */
  readonly failedState?: boolean | undefined;
  /** @defaultValue true */
  readonly published?: boolean | undefined;
}

/** The templates that DingTalk's own SDKs and widespread robots use, by id. */
export const PRESET_TEMPLATES: readonly CardTemplateSpec[] = [
  {
    id: "382e4302-551d-4880-bf29-a30acfab2e71.schema",
    variables: {
      msgTitle: "string",
      logo: "string",
      msgContent: "markdown",
      staticMsgContent: "markdown",
      msgTextList: "string",
      msgImages: "string",
      msgSlider: "string",
      msgButtons: "string",
      flowStatus: "string",
      sys_full_json_obj: "string",
    },
    streaming: ["msgContent"],
  },
  {
    id: "02fcf2f4-5e02-4a85-b672-46d1f715543e.schema",
    variables: { msgContent: "markdown", config: "string", flowStatus: "string" },
    streaming: ["msgContent"],
  },
  {
    id: "589420e2-c1e2-46ef-a5ed-b8728e654da9.schema",
    variables: {
      markdown: "markdown",
      title: "string",
      logo: "string",
      tips: "string",
      sys_full_json_obj: "string",
    },
    streaming: [],
  },
  {
    id: "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema",
    variables: {
      markdown: "markdown",
      title: "string",
      logo: "string",
      tips: "string",
      sys_full_json_obj: "string",
    },
    streaming: [],
  },
  {
    id: "7f538f6d-ebb7-4533-a9ac-61a32da094cf.schema",
    variables: { msgContent: "markdown", flowStatus: "string" },
    streaming: ["msgContent"],
  },
  {
    id: "675cde2f-f526-40cb-b828-f5b2b57b8b77.schema",
    variables: {
      content: "markdown",
      blockList: "string",
      copy_content: "string",
      quoteContent: "string",
      statusLine: "string",
      hasAction: "string",
      stop_action: "string",
      flowStatus: "string",
    },
    streaming: ["content"],
  },
];

/** The variable that a person reads as the card's text. */
export function mainVariable(template: CardTemplateSpec): string | undefined {
  return template.streaming[0] ?? Object.keys(template.variables).find((name) => name === "markdown");
}
