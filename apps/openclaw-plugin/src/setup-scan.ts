import type { RegistrationOutcome } from "@dingtalk-kit/api";

import type { SetupAsk } from "./setup-ask.ts";
import type { OpenRegistration } from "./setup-calls.ts";
import { readAccount } from "./setup-read.ts";
import { during, isFailure, note, noteFailure } from "./setup-talk.ts";
import type { SetupTalk } from "./setup-talk.ts";

type Approved = Extract<RegistrationOutcome, { readonly kind: "approved" }>;

/** Has DingTalk create a robot by QR code. @returns `undefined` when there is none; the person knows why */
export async function scanForRobot(talk: SetupTalk, setup: SetupAsk): Promise<Approved | undefined> {
  const { scan } = talk.texts;
  // A step back would ask DingTalk for a second robot.
  talk.prompter.disableBackNavigation?.();
  try {
    const { openRegistration } = await import("./on-demand.ts");
    const account = readAccount(setup.cfg, setup.accountId);
    await using open = await during(talk, scan.asking, () => openRegistration(account));
    await showCode(talk, setup, open);
    const outcome = await waitForPerson(talk, open);
    if (outcome?.kind === "approved") {
      await note(talk, { title: scan.title, lines: [scan.approved(outcome.clientId)] });
      return outcome;
    }
    if (outcome !== undefined) {
      const why = outcome.kind === "expired" ? scan.expired : scan.refused(outcome.reason);
      await note(talk, { title: scan.title, lines: [why] });
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
    await noteFailure(talk, scan.failed, error);
  }
  return undefined;
}

async function showCode(
  talk: SetupTalk,
  { options }: SetupAsk,
  { registration }: OpenRegistration,
): Promise<void> {
  const { prompter, texts } = talk;
  const { verificationUrl, userCode, expiresAtMs } = registration;
  const minutes = Math.max(1, Math.round((expiresAtMs - Date.now()) / 60_000));
  await prompter.openUrl?.(verificationUrl);
  // A browser shows the address; a terminal can draw the code.
  if (options?.deferDeviceLinkToClient !== true) await prompter.plain?.(await drawCode(verificationUrl));
  await note(talk, { title: texts.scan.title, lines: texts.scan.lines(userCode, verificationUrl, minutes) });
}

/** Empty when the host cannot draw: the address is shown anyway. */
async function drawCode(url: string): Promise<string> {
  try {
    const { renderQrTerminal } = await import("openclaw/plugin-sdk/media-runtime");
    return `\n${await renderQrTerminal(url, { small: true })}\n`;
  } catch {
    return "";
  }
}

/** Polls while the person may give up. @returns `undefined` when they did */
async function waitForPerson(
  { prompter, texts }: SetupTalk,
  { registration }: OpenRegistration,
): Promise<RegistrationOutcome | undefined> {
  const decided = new AbortController();
  const givenUp = new AbortController();
  const outcome = registration.outcome(givenUp.signal).finally(() => decided.abort());
  const prompted = prompter.text({ message: texts.scan.waiting, signal: decided.signal });
  const answered = prompted.then(
    () => undefined,
    (error: unknown) => {
      // The prompt was taken back because of the outcome.
      if (decided.signal.aborted) return outcome;
      throw error;
    },
  );
  try {
    return await Promise.race([outcome, answered]);
  } finally {
    givenUp.abort();
    // Both have ended before the next prompt takes the terminal.
    await Promise.allSettled([outcome, prompted]);
  }
}
