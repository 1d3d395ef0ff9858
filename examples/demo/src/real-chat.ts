import { createInterface } from "node:readline/promises";

import type { Terminal } from "./chat.ts";
import type { OpenClawHome } from "./openclaw-home.ts";

const WELCOME = `
Write to the robot in DingTalk: in a 1:1 chat, or @mention it in a group that it is a member of.
The first time it answers with a pairing code. Type the code here to let that person in. Ctrl-C or /quit leaves.
`;

/** With the real DingTalk the chat is there; here you approve who may talk. */
export async function runRealChat(
  home: OpenClawHome,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { input, output } = terminal;
  const reader = createInterface({
    input,
    output,
    terminal: output.isTTY === true,
    prompt: "pairing code> ",
  });
  const left = new AbortController();
  reader.on("SIGINT", () => left.abort());
  reader.once("close", () => left.abort());
  const end = AbortSignal.any([signal, left.signal]);
  end.addEventListener("abort", () => reader.close(), { once: true });
  const prompt = (): void => {
    if (output.isTTY === true && !end.aborted) reader.prompt();
  };
  output.write(WELCOME);
  prompt();
  for await (const line of reader) {
    const code = line.trim();
    if (code === "/quit" || signal.aborted) break;
    if (/^[a-z0-9]{4,16}$/i.test(code)) output.write(await approve(home, code));
    else if (code !== "")
      output.write("That is no pairing code: they are letters and digits, such as A1B2C3D4.\n");
    prompt();
  }
  reader.close();
}

async function approve(home: OpenClawHome, code: string): Promise<string> {
  const {
    code: exit,
    stdout,
    stderr,
  } = await home.run(["pairing", "approve", "dingtalk", code.toUpperCase()]);
  return exit === 0 ? `${stdout.trim()}\n` : `The code was not accepted: ${(stderr || stdout).trim()}\n`;
}
