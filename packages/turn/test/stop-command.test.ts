import { expect, test } from "vitest";

import { isStopCommand, STOP_COMMANDS } from "../src/stop-command.ts";

test.each([...STOP_COMMANDS, " /stop ", "STOP", "／ｓｔｏｐ", "停止\n", "　停　"])(
  "takes %j for a stop",
  (text) => {
    expect(isStopCommand(text)).toBe(true);
  },
);

test.each(["/stop please", "how do I stop it?", "停止服务器", "取消", "no", "wait", "", "/stopped", "停车"])(
  "takes %j for an ordinary message",
  (text) => {
    expect(isStopCommand(text)).toBe(false);
  },
);
