import { createNet } from "@dingtalk-kit/net";
import { createStreamClient } from "@dingtalk-kit/stream";

import { reportUsage } from "./report-usage.ts";

reportUsage();
await using net = createNet();
await using client = createStreamClient({ clientId: "kit", clientSecret: "bench" }, { net });
let read = 0;
for await (const inbound of client) {
  if (inbound.body.kind === "robot-message" && inbound.body.message.content.kind === "text") {
    read += inbound.body.message.content.text.length;
  }
  inbound.ack();
}
process.exitCode = read > 0 ? 0 : 1;
