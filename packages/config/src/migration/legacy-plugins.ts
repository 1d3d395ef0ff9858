import type { Draft, Path } from "./draft.ts";

/** Another plugin whose settings stand under an id of its own. */
export interface LegacyPlugin {
  /** Its key under `channels` and under `plugins.entries`. */
  readonly id: string;
  readonly packageName: string;
  /** Keys that mean something else there than here, and stay. */
  readonly stays: readonly string[];
  /** Whether what holds without a policy depends on who is listed. */
  readonly policyByPeople: boolean;
  /** Writes keys of its own with our names; `path` is a section or an account. */
  readonly translate: (draft: Draft, path: Path) => void;
  /** Spells out, in our names, what this plugin does when nothing is written. */
  readonly spellOut: (draft: Draft, path: Path) => void;
}

/** Where a plugin's settings may stand. */
export interface LegacyPlace {
  readonly path: Path;
  /** Whether a key there, or in an account there, is a setting that goes along. */
  readonly isSetting: (key: string) => boolean;
  /** Under `channels`: `enabled` switches the channel, not the plugin. */
  readonly isChannel: boolean;
}

/** Writes defaults of theirs that differ from ours, where nothing is written. */
function spell(draft: Draft, path: Path, plugin: string, defaults: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (draft.get([...path, key]) !== undefined) continue;
    draft.set([...path, key], value, `is what ${plugin} does when nothing is written`);
  }
}

function people(draft: Draft, path: Path): readonly unknown[] {
  const value = draft.get([...path, "allowFrom"]);
  return Array.isArray(value) ? value : [];
}

const CONNECTOR = "@dingtalk-real-ai/dingtalk-connector";
const LARGEZHOU = "@largezhou/ddingtalk";
const CLAWDBOT = "clawdbot-dingtalk";

/** Whether answers grow in a card. */
function translateStreaming(draft: Draft, path: Path): void {
  const streaming = draft.get([...path, "streaming"]);
  if (typeof streaming !== "boolean" || draft.get([...path, "messageType"]) !== undefined) return;
  draft.set([...path, "messageType"], streaming ? "card" : "markdown", "was written as streaming");
  draft.remove([...path, "streaming"], "says whether answers are cards, which is messageType here");
}

/** In the order in which they are looked at. */
export const LEGACY_PLUGINS: readonly LegacyPlugin[] = [
  {
    id: "dingtalk-connector",
    packageName: CONNECTOR,
    stays: [],
    policyByPeople: false,
    translate: translateStreaming,
    spellOut(draft, path) {
      spell(draft, path, CONNECTOR, { messageType: "card", dmPolicy: "open", groupPolicy: "open" });
    },
  },
  {
    id: "ddingtalk",
    packageName: LARGEZHOU,
    stays: [],
    policyByPeople: true,
    translate: () => undefined,
    spellOut(draft, path) {
      const everybody = draft.get([...path, "allowFrom"]) === undefined || people(draft, path).includes("*");
      spell(draft, path, LARGEZHOU, { dmPolicy: everybody ? "open" : "allowlist", groupPolicy: "open" });
    },
  },
  {
    id: "clawdbot-dingtalk",
    packageName: CLAWDBOT,
    stays: ["streaming"],
    policyByPeople: true,
    translate: () => undefined,
    spellOut(draft, path) {
      const listed = people(draft, path);
      const everybody = listed.length === 0 || listed.includes("*");
      if (everybody) spell(draft, path, CLAWDBOT, { dmPolicy: "open", groupPolicy: "open" });
      else {
        spell(draft, path, CLAWDBOT, {
          dmPolicy: "allowlist",
          groupPolicy: "allowlist",
          groupAllowFrom: listed,
        });
      }
    },
  },
];
