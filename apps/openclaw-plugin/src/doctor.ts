import { findRivals } from "dingtalk-doctor";

import { installedPlugins, planHostRepair } from "./doctor-repair.ts";
import type { Doctor } from "./host-types.ts";

/** What `openclaw doctor` should know of the channel; the repairs themselves stand in `doctor-contract-api.ts`. */
export const doctor: Doctor = {
  dmAllowFromMode: "topOnly",
  groupModel: "hybrid",
  groupAllowFromFallbackToAllowFrom: false,
  warnOnEmptyGroupSenderAllowlist: false,
  collectPreviewWarnings: ({ cfg }) => {
    const config = { ...cfg };
    const notes = [...planHostRepair(config).warnings, ...findRivals(config, installedPlugins(config))];
    return notes.map(({ path, message }) => `- ${path}: ${message}`);
  },
};
