import { DWClient, TOPIC_ROBOT } from "dingtalk-stream";

import { reportUsage } from "./report-usage.ts";

reportUsage();
const client = new DWClient({ clientId: "sdk", clientSecret: "bench" });
let read = 0;
client.registerCallbackListener(TOPIC_ROBOT, (frame) => {
  const message: { readonly text: { readonly content: string } } = JSON.parse(frame.data);
  read += message.text.content.length;
  client.socketCallBackResponse(frame.headers.messageId, {});
});
await client.connect();
