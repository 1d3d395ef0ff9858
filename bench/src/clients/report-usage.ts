import type { Question, Usage } from "../child.ts";

/** Answers the parent's questions about this process. */
export function reportUsage(): void {
  process.on("message", (question: Question) => {
    // Only on request: its cost must not fall into a measurement.
    if (question === "memory") globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    const usage: Usage = { cpuMs: (user + system) / 1_000, rssBytes: rss, heapBytes: heapUsed + external };
    process.send?.(usage);
  });
}
