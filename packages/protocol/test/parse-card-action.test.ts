import { expect, test } from "vitest";

import { parseCardAction } from "../src/parse-card-action.ts";
import { fixtures, pick } from "./fixture.ts";

const callbacks = fixtures("card-callbacks", "callbacks");

test.each(["json-strings", "objects", "value-only"])("decodes a click sent as %s", (name) => {
  const wire = pick(callbacks, name);
  expect(parseCardAction(wire)).toEqual({
    outTrackId: "card-0001",
    userId: "user01",
    corpId: "dingcorp01",
    spaceType: "im",
    spaceId: "cidGroupAAAA==",
    actionIds: ["approve"],
    params: { local_input: "submit", reason: "ok" },
    raw: wire,
  });
  expect(parseCardAction(JSON.stringify(wire))).toEqual(parseCardAction(wire));
});

test("a button may carry several actions, or one by itself", () => {
  expect(parseCardAction(pick(callbacks, "several-actions"))).toMatchObject({
    actionIds: ["a", "b"],
    params: {},
  });
  expect(parseCardAction(pick(callbacks, "single-action-id"))).toMatchObject({
    actionIds: ["btn_stop"],
    params: { x: "1" },
  });
});

test("a callback without content clicks nothing", () => {
  expect(parseCardAction(pick(callbacks, "nothing-clicked"))).toMatchObject({ actionIds: [], params: {} });
});

test("names what a malformed callback lacks", () => {
  expect(() => parseCardAction({})).toThrow("card callback has no outTrackId");
  expect(() => parseCardAction("?")).toThrow("card callback is not a JSON object");
});
