import type { Simulator } from "dingtalk-simulator";

import type { Transcript } from "./transcript.ts";

/** Staff id of the person whom you play in the simulator. */
export const PERSON = "xiaoming";

/** One exchange in a 1:1 chat of the simulator. @throws TimeoutError when no whole answer came within `timeoutMs`. */
export async function exchange(simulator: Simulator, text: string, timeoutMs = 180_000): Promise<Transcript> {
  const atMs = Date.now();
  const said = await simulator.say({ from: PERSON, text });
  const answer = await simulator.answer(said, { timeoutMs });
  const sent = [{ atMs: answer.atMs, state: answer.state, text: answer.text }];
  return {
    said: { text, atMs },
    kind: answer.kind,
    state: answer.state,
    text: answer.text,
    history: answer.history.length > 0 ? answer.history : sent,
  };
}
