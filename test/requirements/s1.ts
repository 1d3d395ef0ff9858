import { open, ruled, tested } from "./row.ts";
import type { Row } from "./row.ts";

/** Seed S1: a recipe for connecting OpenClaw with DingTalk. */
export const s1: readonly Row[] = [
  open("E", "S1-01", "Stream mode, which is recommended, HTTP mode and routing of group mentions all work."),
  open(
    "J",
    "S1-02",
    "The documents name what is needed first: a reachable gateway, a developer account, admin rights.",
  ),
  ruled(
    "S1-03",
    "The plugin is installed from npm under the name openclaw-plugin-dingtalk.",
    "The name holds; OpenClaw installs it with `openclaw plugins install`, not with a global npm install.",
  ),
  open("J", "S1-04", "`openclaw plugins list` shows the installed plugin."),
  open("J", "S1-05", "The documents show how to create an app with a robot."),
  open("J", "S1-06", "The documents show how to choose Stream mode, which needs no public URL."),
  open("J", "S1-07", "The documents name the permission qyapi_chat_manage and what it is for."),
  open("J", "S1-08", "The documents name the permission qyapi_robot_sendmsg and what it is for."),
  open("J", "S1-09", "The documents show where to copy AppKey and AppSecret."),
  open(
    "G",
    "S1-10",
    "Secrets may stand in ~/.config/openclaw/secrets.env.",
    "In OpenClaw secrets are the host's SecretRefs; only the relay also reads a dotenv file.",
  ),
  tested(
    "S1-11",
    "DINGTALK_APP_KEY gives the client id when nothing else does; DINGTALK_CLIENT_ID wins over it.",
  ),
  tested(
    "S1-12",
    "DINGTALK_APP_SECRET gives the client secret when nothing else does; DINGTALK_CLIENT_SECRET wins over it.",
  ),
  open(
    "E",
    "S1-13",
    "DINGTALK_WEBHOOK_TOKEN gives http.token, the token of a legacy outgoing robot, in HTTP mode only.",
  ),
  tested("S1-14", "channels.dingtalk.enabled switches the channel."),
  tested("S1-15", "mode is read as the transport, stream or webhook."),
  tested("S1-16", "app_key is read as clientId."),
  tested("S1-17", "app_secret is read as clientSecret."),
  tested("S1-18", "Values of the form ${NAME} are filled from the environment."),
  tested("S1-19", "respond_to_mentions decides whether a mention in a group is answered."),
  tested("S1-20", "respond_to_private decides whether direct messages are answered."),
  tested("S1-21", "default_agent names the agent that answers when no route matches."),
  tested(
    "S1-22",
    "Stream mode only dials out: it works behind NAT and firewalls without a URL or registration.",
  ),
  open("E", "S1-23", "HTTP mode takes DingTalk's POST on a public URL and verifies its signature."),
  tested("S1-24", "The signature is HMAC-SHA256."),
  open("E", "S1-25", "Once a token is configured every callback is verified without further settings."),
  open("E", "S1-26", "HTTP mode listens on the path /webhooks/dingtalk that is registered in the console."),
  tested("S1-27", "In groups the robot answers only when mentioned, unless told otherwise."),
  tested("S1-28", "group_routing.mention_only is read as requireMention."),
  tested("S1-29", "group_routing.keyword_routes sends messages with a keyword to the agent named for it."),
  tested("S1-30", "group_routing.default_agent answers in groups when no keyword matches."),
  tested("S1-31", "401 InvalidAppKey is explained as a wrong AppKey, with the console page to compare."),
  tested("S1-32", "A timeout of the Stream connection is explained with the host and port to allow."),
  open("F", "S1-33", "A robot that is silent in a group is explained by a missing mention or permission."),
];
