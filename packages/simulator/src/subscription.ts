import { isObject, textAt } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** What a connection asked to be pushed. SYSTEM frames come without asking. */
export interface Subscription {
  readonly type: "EVENT" | "CALLBACK";
  readonly topic: string;
}

/** The subscriptions of a `connections/open` body, or `undefined` when there is none or one is of no known kind. */
export function readSubscriptions(body: JsonObject): readonly Subscription[] | undefined {
  const wanted: unknown = body["subscriptions"];
  if (!Array.isArray(wanted) || wanted.length === 0) return undefined;
  const subscriptions: Subscription[] = [];
  for (const item of wanted) {
    if (!isObject(item)) return undefined;
    const topic = textAt(item, "topic");
    const type = item["type"];
    if (topic === undefined || (type !== "EVENT" && type !== "CALLBACK")) return undefined;
    subscriptions.push({ type, topic });
  }
  return subscriptions;
}
