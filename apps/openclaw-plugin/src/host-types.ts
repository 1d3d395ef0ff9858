import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";

import type { DingTalkAccount } from "./accounts.ts";
import type { ProbeResult } from "./probe.ts";

// The host's adapter types have no public names of their own; these take them out of the plugin type.
export type Plugin = ChannelPlugin<DingTalkAccount, ProbeResult>;
export type Doctor = NonNullable<Plugin["doctor"]>;
export type Security = NonNullable<Plugin["security"]>;
export type Messaging = NonNullable<Plugin["messaging"]>;
export type Status = NonNullable<Plugin["status"]>;
export type Gateway = NonNullable<Plugin["gateway"]>;
export type GatewayContext = Parameters<NonNullable<Gateway["startAccount"]>>[0];
export type LogSink = NonNullable<GatewayContext["log"]>;
export type AccountSnapshot = ReturnType<GatewayContext["getStatus"]>;
export type StatusIssue = ReturnType<NonNullable<Status["collectStatusIssues"]>>[number];
