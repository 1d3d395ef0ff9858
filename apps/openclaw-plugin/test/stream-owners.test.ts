import { expect, test } from "vitest";

import { findRival } from "../src/rivals.ts";
import { claimStream } from "../src/stream-owners.ts";

test("gives an app's Stream to one account at a time", async () => {
  const first = await claimStream("dingOne", "a", new AbortController().signal);
  expect(await claimStream("dingOne", "b", new AbortController().signal)).toEqual({ kind: "taken", by: "a" });
  expect((await claimStream("dingTwo", "b", new AbortController().signal)).kind).toBe("owned");
  if (first.kind === "owned") first.release[Symbol.dispose]();
  expect((await claimStream("dingOne", "b", new AbortController().signal)).kind).toBe("owned");
});

test("waits for an owner that is about to stop, as on a reload", async () => {
  const stopping = new AbortController();
  const old = await claimStream("dingReload", "a", stopping.signal);
  stopping.abort();
  const order: string[] = [];
  const next = claimStream("dingReload", "b", new AbortController().signal).then(() => order.push("claimed"));
  await Promise.resolve();
  order.push("released");
  if (old.kind === "owned") old.release[Symbol.dispose]();
  await next;
  expect(order).toEqual(["released", "claimed"]);
});

test.each(["dingtalk-connector", "ddingtalk", "clawdbot-dingtalk"])(
  "finds the same app under channels.%s",
  (id) => {
    expect(findRival({ channels: { [id]: { clientId: "dingX" } } }, "dingX")).toBe(`channels.${id}`);
    expect(findRival({ channels: { [id]: { accounts: { m: { clientId: "dingX" } } } } }, "dingX")).toBe(
      `channels.${id}`,
    );
    expect(findRival({ channels: { [id]: { clientId: "dingX", enabled: false } } }, "dingX")).toBeUndefined();
    expect(findRival({ channels: { [id]: { clientId: "dingY" } } }, "dingX")).toBeUndefined();
  },
);
