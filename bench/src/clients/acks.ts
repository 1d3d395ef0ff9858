/**
 * The Stream client, acknowledging as the first argument says: `at once`, `kept` when the message is on disk, or `worked`:
 * kept, and claimed and finished beside it. The second argument is the folder for the file.
 */
import { join } from "node:path";

import { createNet } from "@dingtalk-kit/net";
import type { Inbound, JsonValue } from "@dingtalk-kit/protocol";
import { openSqliteStore } from "@dingtalk-kit/store";
import type { Store } from "@dingtalk-kit/store";
import { createStreamClient } from "@dingtalk-kit/stream";

import { reportUsage } from "./report-usage.ts";

const LANES = 1_000;
const CLAIMS_AT_ONCE = 64;

const [mode = "", folder = ""] = process.argv.slice(2);
let received = 0;

async function keep({ lanes }: Store, inbound: Inbound): Promise<void> {
  if (inbound.body.kind !== "robot-message") return inbound.ack();
  const { message } = inbound.body;
  const raw: JsonValue = JSON.parse(JSON.stringify(message.raw));
  // The callbacks differ in their ids alone; as many conversations are busy as in a company.
  const lane = `${message.conversation.id}${(received += 1) % LANES}`;
  const sender = message.sender.staffId;
  const robotCode = message.robotCode ?? "";
  const { kind } = await lanes.append({
    robotCode,
    messageId: message.messageId,
    lane,
    sender,
    body: { raw },
  });
  if (kind !== "full") inbound.ack();
}

async function work({ lanes }: Store): Promise<void> {
  for (;;) {
    const claimed = await lanes.claim(CLAIMS_AT_ONCE);
    if (claimed.length === 0) return;
    await Promise.all(claimed.map((one) => lanes.finish(one)));
  }
}

reportUsage();
await using net = createNet();
await using client = createStreamClient({ clientId: mode, clientSecret: "bench" }, { net });
if (mode === "at once") {
  for await (const inbound of client) inbound.ack();
} else {
  const file = join(folder, `${mode}.db`);
  await using store = await openSqliteStore({ file, maxLaneDepth: 1_000_000, maxDepth: 1_000_000 });
  const worked = mode === "worked" ? work(store) : undefined;
  for await (const inbound of client) void keep(store, inbound);
  await worked;
}
