/**
 * What a person may send alone to end the running answer: `/stop` and what people type instead of it.
 * Words that also answer a question (取消, no, wait) are not among them.
 */
export const STOP_COMMANDS: readonly string[] = [
  "/stop",
  "stop",
  "esc",
  "/停止",
  "停止",
  "停",
  "停下",
  "停下来",
  "停一下",
];

const commands = new Set(STOP_COMMANDS);

/**
 * Whether the whole message is one of {@link STOP_COMMANDS}. White space around it, letter case and full-width forms
 * (`／ｓｔｏｐ`, as Chinese input methods type) do not matter; any further word makes it an ordinary message.
 */
export function isStopCommand(text: string): boolean {
  return commands.has(text.normalize("NFKC").trim().toLowerCase());
}
