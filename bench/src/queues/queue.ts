import type { JsonValue } from "@dingtalk-kit/protocol";

/** What `bench store` asks of a queue. Each call is on disk when it resolves. */
export interface Queue<C> extends AsyncDisposable {
  append(lane: string, messageId: string, body: JsonValue): Promise<void>;
  /** The next message; there must be one. */
  claim(): Promise<C>;
  finish(claimed: C): Promise<void>;
}
