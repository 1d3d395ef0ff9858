import { openSqliteStore } from "@dingtalk-kit/store";
import type { ClaimedMessage } from "@dingtalk-kit/protocol";

import type { Queue } from "./queue.ts";

export async function openKitQueue(file: string): Promise<Queue<ClaimedMessage>> {
  const { lanes, ...store } = await openSqliteStore({ file, maxLaneDepth: 1_000_000, maxDepth: 1_000_000 });
  return {
    async append(lane, messageId, body) {
      const { kind } = await lanes.append({
        robotCode: "dingbenchapp",
        messageId,
        lane,
        sender: "user01",
        body,
      });
      if (kind !== "appended") throw new Error(`an append was ${kind}`);
    },
    async claim() {
      const [claimed] = await lanes.claim(1, { wait: false });
      if (claimed === undefined) throw new Error("nothing to claim");
      return claimed;
    },
    async finish(claimed) {
      if (!(await lanes.finish(claimed))) throw new Error("a claim was lost");
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
