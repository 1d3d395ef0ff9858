/** Language of a sentence to a person. */
export type Language = "zh" | "en";

/** Reasons why a message gets an explanation in place of an answer. */
export type Reason =
  | "over-quota"
  | "empty"
  | "too-long"
  | "unsupported"
  | "dispatch-failed"
  | "joined-running-task"
  | "answered-elsewhere"
  | "kept-private"
  | "chose-silence"
  | "stopped"
  | "recalled"
  | "silent"
  | "gave-up"
  | "queue-full";

const TEXTS: Readonly<Record<Language, Readonly<Record<Reason, string>>>> = {
  zh: {
    "over-quota": "钉钉没有交付这条消息的内容：本月机器人消息额度已用完。请联系管理员提升额度。",
    empty: "没有收到文字内容，请直接输入您的问题。",
    "too-long": "这条消息太长，无法处理。请拆分成几条较短的消息，或精简后再发。",
    unsupported: "暂不支持这种消息，请改用文字发送。",
    "dispatch-failed": "处理这条消息时出错，没有得到回答。请稍后再试；如果反复出现，请让管理员查看网关日志。",
    "joined-running-task": "已收到，并加入正在进行的任务，结果会随该任务一起给出。",
    "answered-elsewhere": "已通过单独的消息回复。",
    "kept-private": "智能体没有公开回答：网关设置为只显示它用 message 工具发送的内容（visibleReplies）。",
    "chose-silence": "智能体看到了这条消息，选择不作回复。",
    stopped: "已停止。",
    recalled: "消息已撤回，不再回答。",
    silent:
      "智能体长时间没有任何响应，这个回答已中止。请稍后重新发送；如果反复出现，请让管理员查看网关日志。",
    "gave-up": "这条消息多次处理失败，已放弃。请稍后重新发送；管理员可用 openclaw dingtalk inbox 查看原因。",
    "queue-full": "排队的消息太多，这条没有收下。请等前面的回答完成后重新发送。",
  },
  en: {
    "over-quota":
      "DingTalk withheld the text of this message: the robot's monthly message quota is used up. Please ask an administrator to raise it.",
    empty: "There was no text in this message. Please write your question.",
    "too-long": "This message is too long to be processed. Please split or shorten it.",
    unsupported: "This kind of message is not supported yet. Please send text.",
    "dispatch-failed":
      "Something went wrong with this message and there is no answer. Please try again later; if it repeats, ask an administrator to look at the gateway's log.",
    "joined-running-task": "Received, and added to the task that is running; the result comes with it.",
    "answered-elsewhere": "Answered in a message of its own.",
    "kept-private":
      "The agent gave no public answer: this gateway shows only what it sends with the message tool (visibleReplies).",
    "chose-silence": "The agent saw this message and chose not to answer.",
    stopped: "Stopped.",
    recalled: "The message was taken back; it is not answered any more.",
    silent:
      "The agent gave no sign of life for a long time, and this answer was ended. Please send it again later; if it repeats, ask an administrator to look at the gateway's log.",
    "gave-up":
      "This message failed several times and was given up. Please send it again later; an administrator finds the reason with `openclaw dingtalk inbox`.",
    "queue-full":
      "Too many messages are waiting; this one was not taken. Please send it again when the answers before it are done.",
  },
};

/** The sentence for `reason`. */
export function explain(reason: Reason, language: Language): string {
  return TEXTS[language][reason];
}

/** The language to answer in: English only to a message that has letters, and none of them Chinese. */
export function languageOf(text: string): Language {
  return /[a-z]/i.test(text) && !/\p{Script=Han}/u.test(text) ? "en" : "zh";
}
