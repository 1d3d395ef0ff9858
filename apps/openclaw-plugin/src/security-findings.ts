import { describeAccountKeys, resolveAccount as resolveSettings } from "@dingtalk-kit/config";
import type { AccountKey } from "@dingtalk-kit/config";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";

import { agentProblems } from "./agent-problems.ts";
import type { DingTalkAccount } from "./accounts.ts";
import { storedAccountKey } from "./accounts.ts";
import { directPolicy, groupGate } from "./group-gate.ts";
import type { Security } from "./host-types.ts";
import { CHANNEL_ID, CONFIG_PATH, ENV_CLIENT_SECRET } from "./ids.ts";
import { SHARED_SESSION, sharesDirectSession } from "./session-scope.ts";

type Finding = Awaited<ReturnType<NonNullable<Security["collectAuditFindings"]>>>[number];

/**
 * What `openclaw doctor` and `openclaw security audit` should say about an account, besides what the host says of every
 * channel: that one with `dmPolicy: "open"` is open is among it.
 */
export function findings(cfg: OpenClawConfig, account: DingTalkAccount): readonly Finding[] {
  return [
    ...(sharesDirectSession(cfg) ? [SHARED_SESSION_FINDING] : []),
    ...account.problems.map(problemFinding),
    ...agentProblems(cfg, account).map(problemFinding),
    ...everybodyFinding(account),
    ...openGroupsFinding(account),
  ];
}

const SHARED_SESSION_FINDING: Finding = {
  checkId: "dingtalk.shared-dm-session",
  severity: "warn",
  ...SHARED_SESSION,
};

function problemFinding({ severity, path, message }: DingTalkAccount["problems"][number]): Finding {
  return {
    checkId: "dingtalk.config",
    severity: severity === "error" ? "critical" : "warn",
    title: severity === "error" ? "DingTalk account cannot start" : "DingTalk setting needs attention",
    detail: `${path}: ${message}`,
    remediation: `Change ${path} as it says; docs/configuration.md of dingtalk-kit explains every key.`,
  };
}

/** A policy that sounds closed, with a list that opens it: the host looks at the policy alone. */
function everybodyFinding({ settings, path }: DingTalkAccount): readonly Finding[] {
  if (settings === undefined || !settings.allowFrom.includes("*")) return [];
  const policy = directPolicy(settings);
  if (policy !== "allowlist" && policy !== "pairing") return [];
  return [
    {
      checkId: "dingtalk.everybody-may-write",
      severity: "critical",
      title: "DingTalk 1:1 chats are open to everybody",
      detail: `${path}: "*" in allowFrom lets everybody in, although dmPolicy is "${policy}".`,
      remediation: `Give ${path}.allowFrom the people alone; with dmPolicy "pairing" you let others in one by one.`,
    },
  ];
}

function openGroupsFinding({ settings, path }: DingTalkAccount): readonly Finding[] {
  if (settings === undefined) return [];
  // No group has this id: what holds for it holds for every group that nobody listed.
  const { admitted, senderPolicy, senderAllowFrom } = groupGate(settings, "");
  if (!admitted || !(senderPolicy === "open" || senderAllowFrom.includes("*"))) return [];
  return [
    {
      checkId: "dingtalk.open-groups",
      severity: "warn",
      title: "DingTalk robot answers everybody in every group",
      detail: `${path}: groupPolicy is "${settings.groupPolicy}", and no list of groups or people narrows it. Whoever adds the robot to a group can use the agent.`,
      remediation: `Set ${path}.groupPolicy to "allowlist" and list the groups under ${path}.groups, or the people in ${path}.groupAllowFrom.`,
    },
  ];
}

/**
 * Secrets that stand in the config as text. `written` is the config with variables filled in: a value that is in the
 * environment as well came from there, as far as anybody can tell.
 */
export function plaintextFindings(
  written: OpenClawConfig,
  accountId: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Finding[] {
  const section: unknown = written.channels?.[CHANNEL_ID];
  const accountKey = storedAccountKey(written, accountId);
  const { settings, origins } = resolveSettings({ path: CONFIG_PATH, section, accountKey });
  if (settings === undefined) return [];
  const known = new Set(Object.values(environment));
  const paths = SECRET_PATHS.filter((path) => {
    const value = path.reduce<unknown>((inner, step) => Object(inner)[step], settings);
    return typeof value === "string" && value !== "" && !known.has(value);
  });
  const places = paths.map((path) => origins[path.join(".")]?.at ?? `${CONFIG_PATH}.${path.join(".")}`);
  if (places.length === 0) return [];
  return [
    {
      checkId: "dingtalk.plaintext-secret",
      severity: "warn",
      title: "DingTalk secrets stand in the config as text",
      detail: `${places.join(", ")}: whoever reads openclaw.json or a copy of it can act as the robot.`,
      remediation: `Put it into the environment and write {"source":"env","provider":"default","id":"${ENV_CLIENT_SECRET}"} in its place, or run \`openclaw secrets configure\`.`,
    },
  ];
}

/** Paths of the keys that hold secrets. A proxy is one only when its URL has a password; few have. */
const SECRET_PATHS: readonly (readonly string[])[] = secretPaths(describeAccountKeys(), []).filter(
  ([name]) => name !== "proxy",
);

function secretPaths(keys: readonly AccountKey[], above: readonly string[]): readonly (readonly string[])[] {
  return keys.flatMap(({ name, sensitive, fields }) =>
    sensitive ? [[...above, name]] : secretPaths(fields, [...above, name]),
  );
}
