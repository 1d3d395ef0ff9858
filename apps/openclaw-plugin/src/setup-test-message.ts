import type { DingTalkAccount } from "./accounts.ts";
import { isStaffId } from "./setup-owner.ts";
import { ask, choose, during, isFailure, note, noteFailure } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";
import { stripAllowPrefix } from "./targets.ts";

/**
 * Sends the owner a message in the robot's name, as often as they want.
 *
 * @returns the staff id in the end: it may have been corrected
 */
export async function offerTestMessage(
  talk: SetupTalk,
  account: DingTalkAccount,
  staffId: string,
): Promise<string> {
  const { test, owner } = talk.texts;
  if (!(await talk.prompter.confirm({ message: test.offer(staffId), initialValue: true }))) return staffId;
  const { sendTestMessage } = await import("./on-demand.ts");
  let to = staffId;
  for (;;) {
    const receiver = to;
    try {
      await during(talk, test.sending, () => sendTestMessage(account, receiver, test.text));
      await note(talk, { title: owner.title, lines: [test.sent] });
      return receiver;
    } catch (error) {
      if (!isFailure(error)) throw error;
      await noteFailure(talk, test.failed, error);
    }
    const { again, otherId, goOn } = test;
    const next = await choose(talk, test.after, [
      { value: "again", ...again },
      { value: "otherId", ...otherId },
      { value: "goOn", ...goOn },
    ]);
    if (next === "goOn") return receiver;
    if (next === "otherId") {
      const entered = await ask(talk, {
        message: owner.message,
        initialValue: receiver,
        validate: (value) => (isStaffId(value) ? undefined : owner.invalid),
      });
      to = stripAllowPrefix(entered);
    }
  }
}
