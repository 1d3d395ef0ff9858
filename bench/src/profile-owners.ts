import type { Profiler } from "node:inspector";

/** The host runs a copy of each plugin that it makes at its start. */
const PLUGIN = "/plugin-captures/";
const HOST = "/node_modules/openclaw/";

/** Whose a sample of a gateway's profile is. */
export interface ProfileOwners {
  readonly plugin: number;
  readonly host: number;
  readonly garbageCollection: number;
}

/**
 * Seconds of a gateway's main thread by the nearest caller that is the plugin's or the host's: what a library or Node.js
 * does counts for who called it. Sleep is left out.
 */
export function profileOwners(profile: Profiler.Profile): ProfileOwners {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const seconds = { plugin: 0, host: 0, garbageCollection: 0, idle: 0 };
  const ownerOf = (sample: number): keyof typeof seconds => {
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const { functionName = "", url = "" } = nodes.get(id)?.callFrame ?? {};
      if (functionName === "(idle)") return "idle";
      if (functionName === "(garbage collector)") return "garbageCollection";
      if (url.includes(PLUGIN)) return "plugin";
      if (url.includes(HOST)) return "host";
    }
    return "host";
  };
  const { samples = [], timeDeltas = [] } = profile;
  for (const [index, sample] of samples.entries()) {
    seconds[ownerOf(sample)] += (timeDeltas[index] ?? 0) / 1e6;
  }
  return seconds;
}
