import type { Language } from "./explanations.ts";
import { en } from "./setup-texts-en.ts";
import { zh } from "./setup-texts-zh.ts";

/** A choice with the line that explains it. */
export interface ChoiceText {
  readonly label: string;
  readonly hint?: string;
}

export interface NoteText {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Everything that set-up says, in one language. */
export interface SetupTexts {
  readonly status: { readonly configured: string; readonly unconfigured: string };
  readonly intro: NoteText;
  readonly problems: { readonly title: string };
  readonly credentials: {
    readonly message: string;
    readonly keep: (clientId: string) => ChoiceText;
    readonly scan: ChoiceText;
    readonly type: ChoiceText;
    readonly reference: ChoiceText;
    readonly environment: (clientId: string) => ChoiceText;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly required: string;
    readonly noSpaces: string;
    readonly checking: string;
    readonly accepted: (clientId: string) => string;
    readonly refused: string;
    readonly after: string;
    readonly change: ChoiceText;
    readonly again: ChoiceText;
    readonly save: ChoiceText;
  };
  readonly scan: {
    readonly asking: string;
    readonly title: string;
    readonly lines: (code: string, url: string, minutes: number) => readonly string[];
    readonly waiting: string;
    readonly approved: (clientId: string) => string;
    readonly refused: (reason: string | undefined) => string;
    readonly expired: string;
    readonly failed: string;
  };
  readonly live: {
    readonly offer: string;
    readonly connecting: string;
    readonly connected: string;
    readonly open: NoteText;
    readonly saved: string;
    readonly done: ChoiceText;
    readonly later: ChoiceText;
    readonly lost: string;
    readonly failed: string;
    readonly after: string;
    readonly again: ChoiceText;
    readonly goOn: ChoiceText;
  };
  readonly reply: {
    readonly message: string;
    readonly card: ChoiceText;
    readonly markdown: ChoiceText;
    readonly ownTemplate: string;
    readonly templateId: string;
    readonly templateKey: string;
    readonly ids: string;
    readonly robotCode: string;
    readonly corpId: string;
    readonly dingtalkAgentId: string;
  };
  readonly access: {
    readonly direct: string;
    readonly pairing: ChoiceText;
    readonly allowlist: ChoiceText;
    readonly open: ChoiceText;
    readonly disabled: ChoiceText;
    readonly allowFrom: string;
    readonly groups: string;
    readonly groupAllowlist: ChoiceText;
    readonly groupOpen: ChoiceText;
    readonly groupDisabled: ChoiceText;
    readonly groupIds: string;
    readonly sessions: string;
    readonly own: ChoiceText;
    readonly shared: ChoiceText;
  };
  readonly owner: {
    readonly message: string;
    readonly invalid: string;
    readonly title: string;
    readonly lines: readonly string[];
  };
  readonly test: {
    readonly offer: (staffId: string) => string;
    readonly sending: string;
    readonly sent: string;
    readonly text: string;
    readonly failed: string;
    readonly after: string;
    readonly again: ChoiceText;
    readonly otherId: ChoiceText;
    readonly goOn: ChoiceText;
  };
  readonly paused: (accountId: string) => string;
  readonly end: {
    readonly title: string;
    readonly gateway: string;
    readonly pair: string;
    readonly groups: string;
    readonly look: string;
  };
  readonly failure: { readonly stage: string; readonly cause: string; readonly next: string };
  /** Next steps by the failure's `code` or, when there is none, its stage. Empty: as the log says them. */
  readonly next: Readonly<Record<string, string>>;
}

/** The variables that OpenClaw itself looks at, in its order. */
const LOCALE_VARIABLES = ["OPENCLAW_LOCALE", "LC_ALL", "LC_MESSAGES", "LANG"] as const;

/** Chinese where the operator's locale is, else English. */
export function localeLanguage(environment: NodeJS.ProcessEnv = process.env): Language {
  const locale = LOCALE_VARIABLES.map((name) => environment[name]?.trim()).find(Boolean);
  return /^zh\b/i.test(locale?.replaceAll("_", "-") ?? "") ? "zh" : "en";
}

/** In the language of the person's locale. */
export function setupTexts(environment: NodeJS.ProcessEnv = process.env): SetupTexts {
  return localeLanguage(environment) === "zh" ? zh : en;
}
