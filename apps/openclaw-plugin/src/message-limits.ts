/** Of one Markdown message. DingTalk takes 20,000 bytes; the rest is for the envelope. Above some 5,000 characters the
 *  clients fold a message (observed, not documented). */
export const MESSAGE_LIMITS = { maxChars: 5_000, maxBytes: 18_000 } as const;
