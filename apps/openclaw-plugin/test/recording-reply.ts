import type { Reply, ReplyOutcome } from "@dingtalk-kit/card";

/** A reply that writes down what was asked of it. */
export function createRecordingReply(name: string, calls: string[]): Reply {
  let state: Reply["state"] = "NEW";
  let outcome: Promise<ReplyOutcome> | undefined;
  const close = (next: "FINISHED" | "FAILED", line: string): Promise<ReplyOutcome> => {
    if (outcome !== undefined) return outcome;
    calls.push(line);
    state = next;
    outcome = Promise.resolve({
      route: "card",
      outTrackId: "track-1",
      carrierId: undefined,
      receipts: [],
      repeated: 0,
      uncertain: 0,
      state: next,
      calls: 1,
      cardError: undefined,
      error: undefined,
    });
    return outcome;
  };
  return {
    get state() {
      return state;
    },
    async open() {
      calls.push(`${name} open`);
      state = "PROCESSING";
    },
    update: (text) => void calls.push(`${name} update ${text}`),
    note: (line) => void calls.push(`${name} note ${line}`),
    finish: (text) => close("FINISHED", `${name} finish ${text}`),
    fail: (reason) => close("FAILED", `${name} fail ${reason}`),
  };
}
