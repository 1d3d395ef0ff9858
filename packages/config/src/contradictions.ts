import type { AccountSettings, ConfigProblem } from "./account-settings.ts";

/** Values that fit one by one, but not together. */
export function findContradictions(
  settings: AccountSettings,
  pathOf: (key: string) => string,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (settings.initialReconnectDelay > settings.maxReconnectDelay) {
    problems.push({
      severity: "error",
      path: pathOf("initialReconnectDelay"),
      message: `found ${settings.initialReconnectDelay}, allowed: at most maxReconnectDelay (${settings.maxReconnectDelay})`,
    });
  }
  if (settings.dmPolicy === "open" && !settings.allowFrom.includes("*")) {
    problems.push({
      severity: "warning",
      path: pathOf("dmPolicy"),
      message:
        'found "open" without "*" in allowFrom: only the people in allowFrom can write; add "*" to let everybody in',
    });
  }
  if (settings.dmPolicy === "allowlist" && settings.allowFrom.length === 0) {
    problems.push({
      severity: "warning",
      path: pathOf("allowFrom"),
      message:
        'found an empty list with dmPolicy "allowlist": nobody can write in 1:1 chats; add staff ids or "*"',
    });
  }
  for (const entry of settings.groupAllowFrom ?? []) {
    if (!/^cid\S{8,}/.test(entry)) continue;
    problems.push({
      severity: "warning",
      path: pathOf("groupAllowFrom"),
      message: "found a conversation id (cid…); groupAllowFrom names people, put the group under groups",
    });
  }
  return problems;
}
