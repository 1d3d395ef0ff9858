import { expect, test } from "vitest";

import { createProgress } from "../src/progress.ts";
import { createReplyView, type Output } from "../src/screen.ts";
import { wrap } from "../src/text-width.ts";

function createOutput(terminal?: {
  readonly columns: number;
  readonly rows: number;
}): Output & { text: string } {
  const output = {
    text: "",
    write: (part: string): void => {
      output.text += part;
    },
    ...(terminal === undefined ? {} : { isTTY: true, ...terminal }),
  };
  return output;
}

test("writes only what is new, line by line, where there is no terminal", () => {
  const output = createOutput();
  const view = createReplyView(output);
  view.show({ state: "PROCESSING", text: "" });
  view.show({ state: "INPUTING", text: "Hello" });
  view.show({ state: "INPUTING", text: "Hello" });
  view.show({ state: "FINISHED", text: "Hello, you." });
  expect(output.text).toBe("[PROCESSING]\n[INPUTING] Hello\n[INPUTING]\n[FINISHED] , you.\n");
});

test("paints the reply over itself on a terminal", () => {
  const output = createOutput({ columns: 40, rows: 24 });
  const view = createReplyView(output);
  view.show({ state: "INPUTING", text: "one" });
  view.show({ state: "FINISHED", text: "one\ntwo" });
  expect(output.text).toBe(
    "┌ robot · INPUTING\n│ one\n└\n\r\u001b[3A\u001b[0J┌ robot · FINISHED\n│ one\n│ two\n└\n",
  );
});

test("keeps a growing reply to one screenful and shows the whole at the end", () => {
  const output = createOutput({ columns: 40, rows: 10 });
  const view = createReplyView(output);
  const text = Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n");
  view.show({ state: "INPUTING", text });
  expect(output.text.split("\n")).toHaveLength(9);
  view.show({ state: "FINISHED", text });
  expect(output.text).toContain("│ line 0\n");
});

test("wraps by columns: Chinese characters take two", () => {
  expect(wrap("hello brave new world", 11)).toEqual(["hello brave", "new world"]);
  expect(wrap("你好世界", 4)).toEqual(["你好", "世界"]);
  expect(wrap("a\n\nb", 10)).toEqual(["a", "", "b"]);
});

test("reports a wait once in five seconds where there is no terminal", () => {
  const output = createOutput();
  const progress = createProgress(output);
  for (let second = 1; second <= 12; second += 1) progress.wait("starting", second * 1000);
  progress.say("ready");
  expect(output.text).toBe("starting (1 s)\nstarting (6 s)\nstarting (11 s)\nready\n");
});
