import { createNet } from "@dingtalk-kit/net";
import { createStreamClient } from "@dingtalk-kit/stream";

import { reportUsage } from "./report-usage.ts";

/** As many accounts as the first argument says, each with connections of its own, as in the plugin. */
async function run(index: number): Promise<void> {
  await using net = createNet();
  const options = { clientId: `account${index}`, clientSecret: "bench" };
  await using client = createStreamClient(options, { net });
  for await (const inbound of client) inbound.ack();
}

reportUsage();
await Promise.all(Array.from({ length: Number(process.argv[2]) }, (_item, index) => run(index)));
