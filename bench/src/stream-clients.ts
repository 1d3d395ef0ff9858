/** Who is measured. Each is a program in `clients/`. */
export const CLIENTS = ["kit", "sdk", "bare"] as const;
export type ClientName = (typeof CLIENTS)[number];

export const TITLES: Readonly<Record<ClientName, string>> = {
  kit: "@dingtalk-kit/stream",
  sdk: "dingtalk-stream, JSON.parse(data)",
  bare: "ws, parses and acks",
};
