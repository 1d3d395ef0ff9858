import { plainText } from "@dingtalk-kit/protocol";
import type { ConversationType, RobotMessage } from "@dingtalk-kit/protocol";

/** `self` is the robot itself, `bot` another robot. */
export type SenderKind = "person" | "bot" | "self";

/**
 * A command in the message: one for whoever may command the robot, or one for its owners alone. Only what runs without an
 * agent is one, such as `/stop`: commands count against no limit.
 */
export type CommandClass = "none" | "control" | "owner";

/** What a decision needs to know of one message. */
export interface MessageFacts {
  readonly conversation: { readonly type: ConversationType; readonly id: string };
  readonly sender: {
    /** Staff id, or the opaque id of people who have none. Nobody without one is let in. */
    readonly id: string | undefined;
    readonly kind: SenderKind;
    /** Whether a pairing request of this sender was approved. */
    readonly paired: boolean;
  };
  readonly mentionsRobot: boolean;
  /** Whether anybody at all is mentioned. */
  readonly mentionsAnybody: boolean;
  /** @所有人. */
  readonly mentionsEverybody: boolean;
  readonly command: CommandClass;
  /** What keywords are looked for in. */
  readonly text: string;
}

/** What the message itself does not tell. */
export interface KnownFacts {
  /** @defaultValue false */
  readonly paired?: boolean | undefined;
  /** @defaultValue "none" */
  readonly command?: CommandClass | undefined;
  /** The robot's own id, for messages that do not name it. @defaultValue what the message says */
  readonly robotId?: string | undefined;
  /** Ids of other robots: DingTalk does not say who is one. @defaultValue none */
  readonly botIds?: readonly string[] | undefined;
}

/**
 * Inside of an address such as `a@all.com` nobody is mentioned. Read from the text, because the wire has no field for it;
 * that DingTalk leaves the words in the text is not documented (2026-11).
 */
const EVERYBODY = /(?<![a-z0-9_.-])@(?:所有人|全体成员|(?:all|everyone)(?![a-z0-9_-]|\.[a-z]))/iu;

/** Reads the facts of a decision from a robot message. */
export function messageFacts(message: RobotMessage, known: KnownFacts = {}): MessageFacts {
  const { conversation, sender, robot, mentions } = message;
  const text = plainText(message.content).trim();
  const group = conversation.type === "group";
  const mentionsEverybody = group && EVERYBODY.test(text);
  const ids = [sender.staffId, sender.id].filter((id) => id !== undefined);
  return {
    conversation: { type: conversation.type, id: conversation.id },
    sender: {
      id: ids[0],
      kind: senderKind(ids, [robot.userId, known.robotId], known.botIds),
      paired: known.paired ?? false,
    },
    mentionsRobot: message.mentionsRobot && (!mentionsEverybody || namesRobot(message)),
    mentionsAnybody: mentions.length > 0 || mentionsEverybody,
    mentionsEverybody,
    command: known.command ?? "none",
    text,
  };
}

function senderKind(
  ids: readonly string[],
  robotIds: readonly (string | undefined)[],
  botIds: readonly string[] = [],
): SenderKind {
  if (ids.some((id) => robotIds.includes(id))) return "self";
  return ids.some((id) => botIds.includes(id)) ? "bot" : "person";
}

/** A message to everybody may be flagged as one to the robot; it is one when the robot is named beside the others. */
function namesRobot({ mentions, robot }: RobotMessage): boolean {
  return robot.userId !== undefined && mentions.some(({ dingtalkId }) => dingtalkId === robot.userId);
}
