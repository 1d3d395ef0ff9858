import { env } from "node:process";

import { DWClient, EventAck, TOPIC_CARD, TOPIC_ROBOT } from "dingtalk-stream";

// A robot as the official SDK's own README writes one. It knows nothing of the simulator.
const client = new DWClient({
  clientId: env["DINGTALK_CLIENT_ID"] ?? "",
  clientSecret: env["DINGTALK_CLIENT_SECRET"] ?? "",
});

interface Message {
  readonly sessionWebhook: string;
  readonly senderStaffId: string;
  readonly robotCode: string;
  readonly text: { readonly content: string };
}

async function post(url: string, body: object): Promise<unknown> {
  const token = String(await client.getAccessToken());
  const headers = { "content-type": "application/json", "x-acs-dingtalk-access-token": token };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return response.json();
}

function reply(message: Message): Promise<unknown> {
  if (message.text.content === "card, please") {
    return post("https://api.dingtalk.com/v1.0/card/instances/createAndDeliver", {
      cardTemplateId: "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema",
      outTrackId: "sdk-card",
      callbackType: "STREAM",
      cardData: { cardParamMap: { title: "vote", markdown: "yes or no?" } },
      openSpaceId: `dtv1.card//IM_ROBOT.${message.senderStaffId}`,
      imRobotOpenSpaceModel: { supportForward: true },
      imRobotOpenDeliverModel: { spaceType: "IM_ROBOT", robotCode: message.robotCode },
    });
  }
  const text = { content: `echo: ${message.text.content}` };
  return post(message.sessionWebhook, { msgtype: "text", text });
}

client
  .registerCallbackListener(TOPIC_ROBOT, (frame) => {
    reply(JSON.parse(frame.data)).then(
      (result) => client.socketCallBackResponse(frame.headers.messageId, result),
      (error: unknown) => console.error("ERROR", error),
    );
  })
  .registerCallbackListener(TOPIC_CARD, (frame) => {
    const data: { readonly outTrackId: string } = JSON.parse(frame.data);
    client.socketCallBackResponse(frame.headers.messageId, {
      cardUpdateOptions: { updateCardDataByKey: true },
      cardData: { cardParamMap: { title: `clicked ${data.outTrackId}` } },
    });
  })
  .registerAllEventListener(() => ({ status: EventAck.SUCCESS }))
  .connect()
  .catch((error: unknown) => console.error("ERROR", error));
