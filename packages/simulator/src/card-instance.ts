import type { CardState } from "@dingtalk-kit/protocol";

import { mainVariable } from "./card-template.ts";
import type { CardTemplateSpec } from "./card-template.ts";

/** One step in a card's life. */
export interface CardMoment {
  readonly atMs: number;
  readonly state: CardState;
  readonly text: string;
}

/** A card as `cards()` shows it. */
export interface ShownCard {
  readonly outTrackId: string;
  readonly templateId: string;
  readonly clientId: string;
  /** The conversations that show it; empty when the delivery failed. */
  readonly conversationIds: readonly string[];
  readonly carrierIds: readonly string[];
  readonly callbackType: "STREAM" | "HTTP";
  readonly state: CardState;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
  readonly privateParams: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Parameters that the template does not declare: DingTalk shows nothing for them. */
  readonly undeclared: readonly string[];
  readonly history: readonly CardMoment[];
}

type Params = Readonly<Record<string, string>>;

const STATES: Readonly<Record<string, CardState>> = {
  "1": "PROCESSING",
  "2": "INPUTING",
  "3": "FINISHED",
  "4": "EXECUTING",
  "5": "FAILED",
};

/** One use of a template. */
export interface CardInstance {
  readonly outTrackId: string;
  readonly clientId: string;
  readonly template: CardTemplateSpec;
  state(): CardState;
  text(): string;
  history(): readonly CardMoment[];
  /** Overwrites the parameters, or merges into them. `flowStatus` moves the state. */
  update(params: Params, byKey: boolean): void;
  updatePrivate(userId: string, params: Params, byKey: boolean): void;
  /** Fills one variable and moves the state. */
  stream(change: { key: string; content: string; append: boolean; state: CardState }): void;
  /** Whether this guid was used before on this card; remembers it. */
  isRepeat(guid: string): boolean;
  /** Runs once, when the card first reaches FINISHED or FAILED. */
  onEnd(run: () => void): void;
  deliveredTo(conversationId: string, carrierId: string): void;
  shown(): ShownCard;
}

/** What a card is created from. */
export interface CardSeed {
  readonly outTrackId: string;
  readonly clientId: string;
  readonly template: CardTemplateSpec;
  readonly callbackType: "STREAM" | "HTTP";
  readonly params: Params;
}

/** Whether nothing more can come. */
export function isEnd(state: CardState): boolean {
  return state === "FINISHED" || state === "FAILED";
}

export function createCardInstance(seed: CardSeed, nowMs: () => number): CardInstance {
  let params = seed.params;
  let state = STATES[params["flowStatus"] ?? ""] ?? "PROCESSING";
  const privateParams: Record<string, Params> = {};
  const guids = new Set<string>();
  const endings: Array<() => void> = [];
  const conversationIds: string[] = [];
  const carrierIds: string[] = [];
  const history: CardMoment[] = [];
  let ended = false;
  const main = mainVariable(seed.template);
  const text = (): string => (main === undefined ? "" : (params[main] ?? ""));

  const moved = (): void => {
    const last = history.at(-1);
    if (last === undefined || last.state !== state || last.text !== text()) {
      history.push({ atMs: nowMs(), state, text: text() });
    }
    if (ended || !isEnd(state)) return;
    ended = true;
    for (const run of endings) run();
  };
  moved();

  return {
    outTrackId: seed.outTrackId,
    clientId: seed.clientId,
    template: seed.template,
    state: () => state,
    text,
    history: () => [...history],
    update(changed, byKey) {
      params = byKey ? { ...params, ...changed } : changed;
      state = STATES[changed["flowStatus"] ?? ""] ?? state;
      moved();
    },
    updatePrivate(userId, changed, byKey) {
      privateParams[userId] = byKey ? { ...privateParams[userId], ...changed } : changed;
    },
    stream({ key, content, append, state: next }) {
      params = { ...params, [key]: append ? (params[key] ?? "") + content : content };
      state = next;
      moved();
    },
    isRepeat(guid) {
      const repeat = guids.has(guid);
      guids.add(guid);
      return repeat;
    },
    onEnd(run) {
      endings.push(run);
      if (ended) run();
    },
    deliveredTo(conversationId, carrierId) {
      conversationIds.push(conversationId);
      carrierIds.push(carrierId);
    },
    shown: () => ({
      outTrackId: seed.outTrackId,
      templateId: seed.template.id,
      clientId: seed.clientId,
      conversationIds: [...conversationIds],
      carrierIds: [...carrierIds],
      callbackType: seed.callbackType,
      state,
      text: text(),
      params,
      privateParams: { ...privateParams },
      undeclared: undeclaredIn(seed.template, params),
      history: [...history],
    }),
  };
}

function undeclaredIn({ variables }: CardTemplateSpec, params: Params): readonly string[] {
  return Object.keys(params).filter((name) => !Object.hasOwn(variables, name));
}
