const SAMPLE_CHARS = 200;
const JSON_STRING = /"((?:[^"\\]|\\.)*)(?:"|$)(\s*:)?/g;

/**
 * A short excerpt of wire data that a log may show: the keys stay, every string value is replaced by its length.
 * Message text and secrets sit in values, so none gets out.
 */
export function sampleOf(text: string): string {
  const head = text.slice(0, SAMPLE_CHARS);
  const shape = /^\s*[[{"]/.test(head)
    ? head.replace(JSON_STRING, (whole, body: string, colon: string | undefined) =>
        colon === undefined ? `"<${body.length}>"` : whole,
      )
    : nonJsonSample(head);
  return text.length > SAMPLE_CHARS ? `${shape}… (${text.length} characters)` : shape;
}

/** An HTML page or a proxy's complaint is told by its first tag; anything else only by its size. */
function nonJsonSample(head: string): string {
  const tag = /^\s*(<[!?]?[A-Za-z]{1,20})/.exec(head)?.[1];
  return tag === undefined ? `<${head.length} characters, not JSON>` : `${tag} …`;
}
