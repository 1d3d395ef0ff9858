export type { ConfigRecord } from "./config-record.ts";
export { channelsOfApp, findRivals } from "./find-rivals.ts";
export type { Rival } from "./find-rivals.ts";
export { findInstalledPlugins } from "./installed-plugins.ts";
export type { InstalledPlugin } from "./installed-plugins.ts";
export { DINGTALK_CHANNELS, LEGACY_CHANNELS } from "./known-plugins.ts";
export type { KeptSetting } from "./kept-settings.ts";
export { planRepair } from "./plan-repair.ts";
export type { RepairPlan } from "./plan-repair.ts";
