import type { CardInstance } from "./card-instance.ts";
import { PRESET_TEMPLATES } from "./card-template.ts";
import type { CardTemplateSpec } from "./card-template.ts";
import type { RegisteredApp } from "./app.ts";

export interface CardStore {
  template(id: string): CardTemplateSpec | undefined;
  add(card: CardInstance): void;
  /** The app's card of this key; other apps' cards are invisible to it. */
  find(app: RegisteredApp, outTrackId: string): CardInstance | undefined;
  /** Whoever's card this is. */
  any(outTrackId: string): CardInstance | undefined;
  all(): readonly CardInstance[];
}

/** @param templates - beside the presets; one with a preset's id replaces it */
export function createCardStore(templates: readonly CardTemplateSpec[]): CardStore {
  const byId = new Map([...PRESET_TEMPLATES, ...templates].map((template) => [template.id, template]));
  const cards = new Map<string, CardInstance>();
  return {
    template: (id) => byId.get(id),
    add: (card) => void cards.set(keyOf(card.clientId, card.outTrackId), card),
    find: (app, outTrackId) => cards.get(keyOf(app.clientId, outTrackId)),
    any: (outTrackId) => [...cards.values()].find((card) => card.outTrackId === outTrackId),
    all: () => [...cards.values()],
  };
}

function keyOf(clientId: string, outTrackId: string): string {
  return `${clientId}\n${outTrackId}`;
}
