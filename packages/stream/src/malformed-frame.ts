/** The id of a frame that is otherwise beyond understanding, so that it can at least be refused by name. */
export function malformedFrameId(text: string): string | undefined {
  let wire: unknown;
  try {
    wire = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof wire !== "object" || wire === null || !("headers" in wire)) return undefined;
  const { headers } = wire;
  if (typeof headers !== "object" || headers === null || !("messageId" in headers)) return undefined;
  return typeof headers.messageId === "string" && headers.messageId !== "" ? headers.messageId : undefined;
}
