import type { Answers, Question } from "../child.ts";

/** Each costs something, so each is worked out only when it is asked for. */
const answer: { readonly [Q in Question]: () => Answers[Q] } = {
  cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
  rssBytes: () => process.memoryUsage.rss(),
  heapBytes() {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
};

/** Answers the parent's questions about this process, which ends when the parent lets go of it. */
export function reportUsage(): void {
  process.once("disconnect", () => process.exit());
  process.on("message", (question: Question) => void process.send?.(answer[question]()));
}
