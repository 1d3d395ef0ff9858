import { WebSocket } from "ws";

import { reportUsage } from "./report-usage.ts";

interface Frame {
  readonly headers: { readonly messageId: string };
  readonly data: string;
}

reportUsage();
const registration = await fetch("https://api.dingtalk.com/v1.0/gateway/connections/open", {
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json" },
  body: JSON.stringify({ clientId: "bare", clientSecret: "bench" }),
});
const { endpoint, ticket } = JSON.parse(await registration.text());
const socket = new WebSocket(`${endpoint}?ticket=${ticket}`);
let read = 0;
socket.on("message", (data: Buffer) => {
  const frame: Frame = JSON.parse(data.toString());
  const message: { readonly text: { readonly content: string } } = JSON.parse(frame.data);
  read += message.text.content.length;
  const headers = { contentType: "application/json", messageId: frame.headers.messageId };
  socket.send(JSON.stringify({ code: 200, headers, message: "OK", data: '{"response":{}}' }));
});
