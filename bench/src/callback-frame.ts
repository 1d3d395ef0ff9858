const ID = "@@id@@";

/** A robot message as DingTalk pushes it, of the usual size: about 1,200 bytes. */
function sample(text: string): object {
  const data = {
    senderPlatform: "Mac",
    conversationId: "cidBenchBenchBenchBenchBench==",
    atUsers: [{ dingtalkId: "$:LWCP_v1:$0123456789abcdefghijklmn" }],
    chatbotCorpId: "ding0123456789abcdef0123456789abcdef",
    chatbotUserId: "$:LWCP_v1:$0123456789abcdefghijklmn",
    msgId: `msg${ID}`,
    senderNick: "小王",
    isAdmin: true,
    senderStaffId: "user01",
    sessionWebhookExpiredTime: 1_798_765_432_100,
    createAt: 1_798_760_032_100,
    senderCorpId: "ding0123456789abcdef0123456789abcdef",
    conversationType: "1",
    senderId: "$:LWCP_v1:$abcdefghijklmn0123456789",
    sessionWebhook: "https://oapi.dingtalk.com/robot/sendBySession?session=0123456789abcdef0123456789abcdef",
    text: { content: text },
    robotCode: "dingbenchapp",
    msgtype: "text",
  };
  return {
    specVersion: "1.0",
    type: "CALLBACK",
    headers: {
      appId: "0123456789abcdef",
      connectionId: "01234567-89ab-cdef-0123-456789abcdef",
      contentType: "application/json",
      messageId: `frame${ID}`,
      time: "1798760032345",
      topic: "/v1.0/im/bot/messages/get",
    },
    data: JSON.stringify(data),
  };
}

/** Writes frames that differ in their ids alone, without building each anew. */
export function createFrameWriter(text: string): (id: number) => string {
  const [before = "", between = "", after = ""] = JSON.stringify(sample(text)).split(ID);
  return (id) => `${before}${id}${between}${id}${after}`;
}

const MARK = '"messageId":"frame';

/** The id that an ack names. Cheaper than parsing: this side shall not be the bottleneck. */
export function ackedId(text: string): number {
  const start = text.indexOf(MARK);
  return start === -1
    ? Number.NaN
    : Number.parseInt(text.slice(start + MARK.length, start + MARK.length + 12), 10);
}
