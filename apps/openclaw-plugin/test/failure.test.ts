import { ApiError, AuthError, ConnectionError, PermissionError } from "@dingtalk-kit/protocol";
import { expect, test } from "vitest";

import { describeFailure, failureLine } from "../src/failure.ts";

test("names stage, cause and next step of each kind of failure", () => {
  const auth = new AuthError("DingTalk refused the credentials", { status: 400, stage: "token" });
  expect(describeFailure(auth)).toMatchObject({
    stage: "token",
    next: expect.stringContaining("clientSecret"),
  });
  const socket = new ConnectionError("upgrade refused", { stage: "connect.websocket" });
  expect(failureLine(socket)).toContain(
    "stage=connect.websocket: upgrade refused Next: allow wss-open-connection",
  );
  const scopes = new PermissionError("no", { status: 403, requiredScopes: ["Card.Streaming.Write"] });
  expect(describeFailure(scopes).cause).toContain("Card.Streaming.Write");
  expect(describeFailure(new ApiError("busy", { status: 500 })).next).toContain("DingTalk's own message");
});

test("has a line for anything that is thrown, without secrets and line breaks", () => {
  const line = failureLine(new Error("bad\n\nthing at https://x.test/?access_token=abcdefghijklmnop"));
  expect(line).toMatch(/^stage=internal: bad thing/);
  expect(line).not.toContain("abcdefghijklmnop");
  expect(failureLine("text")).toContain("text");
});
