/** Who may import whom; docs/architecture.md draws it. Folders under packages/. */
export const edges = {
  protocol: [],
  net: ["protocol"],
  api: ["protocol", "net"],
  stream: ["protocol", "net"],
  webhook: ["protocol", "net"],
  card: ["protocol"],
  policy: ["protocol"],
  config: ["protocol"],
  store: ["protocol"],
  turn: ["protocol"],
  simulator: ["protocol"],
  doctor: ["protocol", "net", "api", "stream", "webhook", "config"],
} as const satisfies Record<string, readonly string[]>;

export type Room = keyof typeof edges;

export const rooms: readonly Room[] = [
  "protocol",
  "net",
  "api",
  "stream",
  "webhook",
  "card",
  "policy",
  "config",
  "store",
  "turn",
  "simulator",
  "doctor",
];

/** The apps, which may import every room but the simulator, and no other app. */
export const apps = { "openclaw-plugin": "openclaw-plugin-dingtalk", relay: "dingtalk-relay" } as const;

/** The name under which others import a room. */
export function packageName(room: Room): string {
  if (room === "simulator" || room === "doctor") return `dingtalk-${room}`;
  return `@dingtalk-kit/${room}`;
}
