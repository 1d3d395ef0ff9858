import { expect, test } from "vitest";

import { createMemoryState } from "../src/memory-state.ts";
import { stateContract } from "../src/testing.ts";

test.for(stateContract(async (clock) => createMemoryState({ clock })))("$title", (promise) => promise.run());

test("the contract notices a state that breaks it", async () => {
  const forgetful = stateContract(async (clock) => ({
    ...createMemoryState({ clock }),
    get: async () => undefined,
  }));
  await expect(forgetful[0]?.run()).rejects.toThrow();
});
