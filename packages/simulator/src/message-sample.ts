import type { JsonObject } from "./json.ts";

/** Types that people can only send in a 1:1 chat: nobody can mention a robot with them. */
export const DIRECT_ONLY: ReadonlySet<string> = new Set(["audio", "video", "file"]);

/** An invented `content` for every message type, for callers that do not care what is in it. */
export const MESSAGE_SAMPLES: Readonly<Record<string, JsonObject>> = {
  text: { content: "hello" },
  richText: {
    richText: [
      { text: "look at " },
      {
        type: "picture",
        downloadCode: "download-code-rich",
        pictureDownloadCode: "picture-download-code-rich",
      },
      { text: "\nand this" },
    ],
  },
  picture: { downloadCode: "download-code-picture", pictureDownloadCode: "picture-download-code-picture" },
  audio: { duration: 4000, downloadCode: "download-code-audio", recognition: "turn on the light" },
  video: { duration: 4000, videoType: "mp4", downloadCode: "download-code-video" },
  file: { fileName: "q3.xlsx", fileId: "98765", spaceId: "12345", downloadCode: "download-code-file" },
  markdown: { text: "# title\nbody" },
  interactiveCard: {
    biz_custom_action_url:
      "https://alidocs.dingtalk.com/i/nodes/abc?route=previewDentry&type=file&spaceId=123&fileId=456",
  },
  actionCard: { title: "Weekly report", text: "Please read it.", singleURL: "https://example.com/report" },
  chatRecord: {
    title: "Chat of A and B",
    summary: '["A: hi","B: yo"]',
    chatRecord: '[{"senderNick":"A","msgType":"text","content":"hi","createAt":1769990000000}]',
  },
  unknownMsgType: { unknownMsgType: "用户发送了一条消息，机器人暂不支持接收。" },
};
