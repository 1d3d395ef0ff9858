import { expect, test } from "vitest";

import { readOptions } from "../src/options.ts";

test("starts a card chat with the simulator and the stand-in model by default", () => {
  expect(readOptions([], {})).toEqual({
    say: undefined,
    json: false,
    mode: "card",
    keep: false,
    verbose: false,
    help: false,
    port: undefined,
    model: undefined,
    dingtalk: undefined,
  });
});

test("takes a real model and a real app from the environment", () => {
  const options = readOptions([], {
    OPENAI_BASE_URL: "http://127.0.0.1:11434/v1",
    OPENAI_MODEL: "qwen3",
    DINGTALK_CLIENT_ID: "dingabc",
    DINGTALK_CLIENT_SECRET: "s",
  });
  expect(options.model).toEqual({ baseUrl: "http://127.0.0.1:11434/v1", apiKey: "none", model: "qwen3" });
  expect(options.dingtalk).toEqual({ clientId: "dingabc", clientSecret: "s" });
});

test("leaves the stand-in model in place for a lone API key", () => {
  expect(readOptions([], { OPENAI_API_KEY: "sk-x" }).model).toBeUndefined();
});

test.each([
  [["--mode", "fax"], {}, "--mode is card or markdown"],
  [["--port", "0"], {}, "--port is a number"],
  [["--say", " "], {}, "--say needs a text"],
  [["--json"], {}, "--json goes with --say"],
  [["--nope"], {}, "--nope"],
  [[], { OPENAI_BASE_URL: "http://x/v1" }, "OPENAI_MODEL must name a model"],
  [[], { DINGTALK_CLIENT_ID: "dingabc" }, "set both or neither"],
  [
    ["--say", "hi"],
    { DINGTALK_CLIENT_ID: "dingabc", DINGTALK_CLIENT_SECRET: "s" },
    "--say speaks in the simulator",
  ],
])("refuses %j with %j and says why", (args, env, message) => {
  expect(() => readOptions(args, env)).toThrow(message);
});
