import type { DingTalkAccount } from "./accounts.ts";
import { startBlock } from "./config-problems.ts";
import { isFailure, failureLines } from "./setup-talk.ts";
import { setupTexts } from "./setup-texts.ts";
import { stripAllowPrefix } from "./targets.ts";

export interface ReportOptions {
  /** Staff id of who shall get a test message. */
  readonly testMessageTo: string | undefined;
  readonly say: (line: string) => void;
}

/** Tries what the flags of `openclaw channels add` wrote, and says how it went. Never throws because of DingTalk. */
export async function reportSetup(account: DingTalkAccount, options: ReportOptions): Promise<void> {
  const texts = setupTexts();
  const { say, testMessageTo } = options;
  const block = startBlock(account);
  if (block !== undefined) return say(`DingTalk ${account.accountId}: ${block}`);
  const { checkCredentials, sendTestMessage } = await import("./on-demand.ts");
  const attempt = async (title: string, run: () => Promise<void>, done: string): Promise<boolean> => {
    try {
      await run();
      say(done);
      return true;
    } catch (error) {
      if (!isFailure(error)) throw error;
      say([title, ...failureLines(error, texts).map((line) => `  ${line}`)].join("\n"));
      return false;
    }
  };
  const { credentials, test, end } = texts;
  const isAccepted = await attempt(
    credentials.refused,
    () => checkCredentials(account),
    credentials.accepted(account.clientId ?? ""),
  );
  if (isAccepted && testMessageTo !== undefined) {
    const to = stripAllowPrefix(testMessageTo);
    await attempt(test.failed, () => sendTestMessage(account, to, test.text), test.sent);
  }
  say(end.gateway);
}
