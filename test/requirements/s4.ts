import { open, ruled, tested } from "./row.ts";
import type { Row } from "./row.ts";

/** Seed S4: a channel document for a plugin with the channel id ddingtalk. */
export const s4: readonly Row[] = [
  ruled(
    "S4-01",
    "The channel serves direct chats only, over a lasting WebSocket.",
    "It serves direct chats and groups.",
  ),
  tested(
    "S4-02",
    "`openclaw plugins install` takes the package @openclaw/ddingtalk.",
    "The package is openclaw-plugin-dingtalk; an installed rival is detected and named.",
  ),
  open("J", "S4-03", "A local folder can be installed."),
  tested("S4-04", "`openclaw onboard` offers the channel."),
  tested("S4-05", "Its steps are the app, the credentials and the gateway."),
  open("J", "S4-06", "`openclaw gateway status` and `openclaw logs --follow` show the result."),
  tested("S4-07", "`openclaw channels add` asks for AppKey and AppSecret."),
  tested("S4-08", "`openclaw gateway restart` applies them."),
  open("J", "S4-09", "The documents give the console's URL."),
  open("J", "S4-10", "The documents show how to create the app."),
  open("J", "S4-11", "The documents show the credentials page with client id and secret."),
  open("J", "S4-12", "The documents show how to add the robot capability."),
  open("J", "S4-13", "The documents show how to choose Stream mode."),
  open("J", "S4-14", "The documents show how to publish a version and its scope."),
  tested(
    "S4-15",
    "The configuration is channels.ddingtalk with enabled, clientId and clientSecret.",
    "The channel id is dingtalk; ddingtalk and the other old roots are read by migration.",
  ),
  open("J", "S4-16", "`openclaw gateway --verbose` starts the channel with more log lines."),
  tested("S4-17", "A first message is answered."),
  tested("S4-18", "Messages arrive over Stream mode."),
  ruled("S4-19", "Only direct chats are served.", "Direct chats and groups are served."),
  open("H", "S4-20", "Text, images, rich text, voice, video and files are received."),
  open("H", "S4-21", "Replies are text, images, files and Markdown."),
  tested("S4-22", "Reminders and schedules are sent without a message before them."),
  tested("S4-23", "OpenClaw's commands /new, /compact and /models work in the chat."),
  open("J", "S4-24", "The channel's document has summary, read_when and title in its front matter."),
];
