import type { Simulator } from "dingtalk-simulator";

/** What came back. `at` digs into the body: `at("result.deliverResults.0.success")`. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
  at(path: string): unknown;
}

export interface CallOptions {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of the JSON body. */
  readonly raw?: string;
}

/** A call with Node's own fetch: nothing of ours between the test and the simulator. */
export async function call(url: string, body?: unknown, options: CallOptions = {}): Promise<Answered> {
  const init = {
    method: options.method ?? (body === undefined && options.raw === undefined ? "GET" : "POST"),
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(options.token === undefined ? {} : { "x-acs-dingtalk-access-token": options.token }),
      ...options.headers,
    },
  };
  const content = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, content === undefined ? init : { ...init, body: content });
  const text = await response.text();
  const parsed = parse(text);
  return { status: response.status, text, body: parsed, at: (path) => dig(parsed, path) };
}

/** The member at a dotted path, or `undefined`. */
export function dig(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(".")) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Object.entries(current).find(([name]) => name === key)?.[1];
  }
  return current;
}

/** An access token of the default app. */
export async function tokenOf(simulator: Simulator): Promise<string> {
  const { clientId, clientSecret } = simulator.app;
  const answer = await call(`${simulator.url}/v1.0/oauth2/accessToken`, {
    appKey: clientId,
    appSecret: clientSecret,
  });
  return String(answer.at("accessToken"));
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
