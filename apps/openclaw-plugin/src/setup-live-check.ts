import type { DingTalkAccount } from "./accounts.ts";
import { choose, during, isFailure, note, noteFailure } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";

/**
 * Opens a connection and holds it while the person saves Stream mode in the developer console, which looks for one. It
 * takes no messages from anybody.
 */
export async function holdWhileSaving(talk: SetupTalk, account: DingTalkAccount): Promise<void> {
  const { live } = talk.texts;
  if (!(await talk.prompter.confirm({ message: live.offer, initialValue: true }))) return;
  const { holdConnection } = await import("./on-demand.ts");
  for (;;) {
    try {
      await using held = await during(talk, live.connecting, () => holdConnection(account));
      await note(talk, { title: live.open.title, lines: [live.connected, ...live.open.lines] });
      await choose(talk, live.saved, [
        { value: "done", ...live.done },
        { value: "later", ...live.later },
      ]);
      if (held.connected) return;
      await note(talk, { title: live.open.title, lines: [live.lost] });
    } catch (error) {
      if (!isFailure(error)) throw error;
      await noteFailure(talk, live.failed, error);
    }
    const next = await choose(talk, live.after, [
      { value: "again", ...live.again },
      { value: "goOn", ...live.goOn },
    ]);
    if (next === "goOn") return;
  }
}
