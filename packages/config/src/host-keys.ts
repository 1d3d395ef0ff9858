/** A key of the section that OpenClaw reads itself. */
export interface HostKey {
  readonly name: string;
  readonly help: string;
}

/** Keys of a channel's section that OpenClaw reads besides ours. Its documentation explains them. */
export const HOST_KEYS: readonly HostKey[] = [
  { name: "defaultTo", help: "Target of messages that name none." },
  { name: "dms", help: "Settings of single people in 1:1 chats." },
  { name: "mentionPatterns", help: "Words that count as a mention." },
  {
    name: "contextVisibility",
    help: "Whether the agent sees quoted words of people who may not use the robot there: `all`, `allowlist` or `allowlist_quote`. A quote does not carry a staff id: with `allowlist`, people are recognised who have written themselves.",
  },
  { name: "historyLimit", help: "Messages of a group that the agent is shown." },
  { name: "dmHistoryLimit", help: "Messages of a 1:1 chat that the agent is shown." },
  { name: "textChunkLimit", help: "Characters of one message." },
  { name: "streaming", help: "How previews of answers are sent." },
  { name: "markdown", help: "How Markdown is prepared." },
  { name: "responsePrefix", help: "Text before each answer." },
  { name: "replyToMode", help: "Which messages are quoted." },
  { name: "heartbeatVisibility", help: "What heartbeats show." },
  { name: "healthMonitor", help: "Whether a stalled account is restarted." },
  { name: "capabilities", help: "Features that agents may count on." },
  { name: "configWrites", help: "Whether chat commands may change the configuration." },
];

/** Keys of an entry of `groups` that OpenClaw reads besides ours. */
export const HOST_GROUP_KEYS: readonly HostKey[] = [
  { name: "tools", help: "Tools of the agent in this group: `{ allow, deny }`." },
  { name: "toolsBySender", help: "The same, by sender." },
];
