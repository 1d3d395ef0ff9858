import { ConnectionError, silentLogger } from "@dingtalk-kit/protocol";
import { createRecordingLogger } from "@dingtalk-kit/protocol/testing";
import { expect, test } from "vitest";

import { limitsOf } from "../src/shared-limits.ts";

test("gives all who call in the name of an app the same limits, and each app its own", () => {
  const shared = limitsOf("dingOne", silentLogger);
  expect(limitsOf("dingOne", createRecordingLogger())).toBe(shared);
  expect(limitsOf("dingTwo", silentLogger)).not.toBe(shared);
});

test("reports to the account that runs now, and never to a probe", () => {
  const [first, second] = [createRecordingLogger(), createRecordingLogger()];
  const limits = limitsOf("dingLog", first);
  const { cardBreaker } = limits.forApp("dingLog");
  limitsOf("dingLog", second);
  limitsOf("dingLog", silentLogger);
  const error = new ConnectionError("gone", { stage: "http" });
  for (let call = 0; call < 5; call += 1) cardBreaker.begin("cards").failed(error);
  expect(first.lines).toEqual([]);
  expect(second.lines.map(({ message }) => message)).toEqual([
    expect.stringContaining("card calls keep failing"),
  ]);
});
