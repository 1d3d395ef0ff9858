import { expect, test } from "vitest";

import { createHostLogger } from "../src/log.ts";

function createSink(): { lines: string[]; sink: Parameters<typeof createHostLogger>[0] } {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (line: string): void =>
      void lines.push(`${level} ${line}`);
  return { lines, sink: { info: at("info"), warn: at("warn"), error: at("error"), debug: at("debug") } };
}

test("writes one line with the account and the fields, secrets hidden", () => {
  const { lines, sink } = createSink();
  const log = createHostLogger(sink, { accountId: "sales", debug: false });
  log
    .child({ stage: "token" })
    .warn("refused", { clientSecret: "hunter2", status: 400, reason: "not now", absent: undefined });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^warn \[sales\] refused stage=token clientSecret=\S+ status=400 reason="not now"$/,
  );
  expect(lines[0]).not.toContain("hunter2");
});

test("shows debug lines at the default level only when asked to", () => {
  const { lines, sink } = createSink();
  createHostLogger(sink, { accountId: "a", debug: false }).debug("x");
  createHostLogger(sink, { accountId: "a", debug: true }).debug("y");
  expect(lines).toEqual(["debug [a] x", "info [a] y"]);
});
