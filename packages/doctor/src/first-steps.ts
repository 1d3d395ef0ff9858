import type { ConfigRecord } from "./config-record.ts";
import { recordAt } from "./config-record.ts";
import type { InstalledPlugin } from "./installed-plugins.ts";
import { OUR_ID, OUR_PACKAGE } from "./known-plugins.ts";
import { configuredChannels, enabledRivals } from "./plugin-state.ts";

interface State {
  /** The config as it will be. */
  readonly next: ConfigRecord;
  readonly pending: boolean;
  readonly installed: readonly InstalledPlugin[];
}

/** What to do, in the order in which no step loses a setting. Empty when everything is in place. */
export function firstSteps({ next, pending, installed }: State): readonly string[] {
  const channels = configuredChannels(next);
  if (channels.length === 0) return [];
  const steps = [
    ...(pending
      ? ["`dingtalk-doctor migrate --apply`: writes the changes and keeps a backup beside the file"]
      : []),
    ...installSteps(next, installed),
    ...enabledRivals(next, installed).map((rival) => rivalStep(rival, channels)),
  ];
  if (steps.length === 0) return [];
  return [
    ...steps,
    "only then `openclaw doctor --fix`, `openclaw plugins uninstall` and `openclaw gateway restart`",
  ];
}

function installSteps(next: ConfigRecord, installed: readonly InstalledPlugin[]): readonly string[] {
  const holder = installed.find(({ id }) => id === OUR_ID);
  const isOurs = holder?.packageName === OUR_PACKAGE;
  const isMarked = recordAt(next, "plugins", "entries", OUR_ID)["enabled"] === false;
  const enable = isMarked ? [`\`openclaw plugins enable ${OUR_ID}\``] : [];
  if (isOurs) return enable;
  if (holder === undefined) return [`\`openclaw plugins install ${OUR_PACKAGE}\``, ...enable];
  const name = holder.packageName ?? "the other plugin";
  const warning = `it takes the place of ${name}, which has the same id. Do not uninstall that: it would delete channels.${OUR_ID}`;
  return [`\`openclaw plugins install ${OUR_PACKAGE} --force\`: ${warning}`, ...enable];
}

function rivalStep({ id, channels }: InstalledPlugin, configured: readonly string[]): string {
  const step = `\`openclaw plugins disable ${id}\``;
  const lost = channels.filter((channel) => configured.includes(channel));
  if (lost.length === 0) return step;
  const sections = lost.map((channel) => `channels.${channel}`).join(" and ");
  return `${step}; not \`openclaw plugins uninstall ${id}\`, which deletes ${sections} with the credentials in it`;
}
