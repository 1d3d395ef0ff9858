import { expect, test } from "vitest";

import { laneContract } from "../src/conformance/index.ts";
import { sqliteUnderTest } from "./sqlite-under-test.ts";

test.for(laneContract(sqliteUnderTest))("$title", (promise) => promise.run());

test("the contract notices a store that breaks it", async () => {
  const forgetful = laneContract({
    ...sqliteUnderTest,
    async open(place, limits, ports) {
      const store = await sqliteUnderTest.open(place, limits, ports);
      return { ...store, lanes: { ...store.lanes, append: async () => ({ kind: "appended" }) } };
    },
  });
  const results = await Promise.allSettled(forgetful.slice(0, 3).map((promise) => promise.run()));
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});
