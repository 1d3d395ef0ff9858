import { expect, test } from "vitest";

import { reasonOf } from "../src/failure-reason.ts";

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

test("joins the reasons of an aggregate whose own message is empty", () => {
  const v4 = withCode("connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED");
  const v6 = withCode("connect ETIMEDOUT ::1:1", "ETIMEDOUT");
  const aggregate = new AggregateError([v4, v6]);
  expect(reasonOf(aggregate)).toBe("connect ECONNREFUSED 127.0.0.1:1; connect ETIMEDOUT ::1:1");
  expect(reasonOf(new Error("fetch failed", { cause: aggregate }))).toBe(reasonOf(aggregate));
});

test("says one reason once", () => {
  const error = withCode("connect ECONNREFUSED", "ECONNREFUSED");
  expect(reasonOf(new AggregateError([error, error]))).toBe("connect ECONNREFUSED");
});

test("adds a code that the message does not hold", () => {
  expect(reasonOf(withCode("certificate has expired", "CERT_HAS_EXPIRED"))).toBe(
    "certificate has expired (CERT_HAS_EXPIRED)",
  );
  expect(reasonOf(withCode("", "ECONNRESET"))).toBe("ECONNRESET");
  expect(reasonOf("odd")).toBe("odd");
});
