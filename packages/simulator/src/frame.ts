/** One Stream frame from DingTalk to a client. Written here a second time on purpose: see the package README. */
export interface OutFrame {
  readonly type: "SYSTEM" | "EVENT" | "CALLBACK";
  readonly topic: string;
  readonly frameId: string;
  /** JSON text: `data` is a string on the wire, always. */
  readonly data: string;
  /** Further headers, as EVENT frames have. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A client's response to a frame. */
export interface FrameAnswer {
  readonly code: number;
  readonly message: string | undefined;
  readonly data: string;
}

export function encodeFrame(
  frame: OutFrame,
  origin: { appId: string; connectionId: string; nowMs: number },
): string {
  return JSON.stringify({
    specVersion: "1.0",
    type: frame.type,
    headers: {
      appId: origin.appId,
      connectionId: origin.connectionId,
      contentType: "application/json",
      messageId: frame.frameId,
      time: String(origin.nowMs),
      topic: frame.topic,
      ...frame.headers,
    },
    data: frame.data,
  });
}
