import { expect, test } from "vitest";

import { World, createRandom } from "./world.ts";

const SEED = 20_261_121;
const SEQUENCES = 100_000;
const EVENTS = 40;

/** What the lives got to see: a rule that is never tried proves nothing. */
const seen = new Set<string>();

function note({ state, sockets, attempt }: World): void {
  seen.add(`pursuit ${state.pursuit.kind}`);
  if (state.pursuit.kind === "waiting") seen.add(`knock ${state.pursuit.knock}`);
  if (state.current?.leaving !== undefined) seen.add(state.current.leaving.why);
  if (state.alert !== undefined) seen.add("alert");
  if (state.knocksMislead) seen.add("knocks mislead");
  if (sockets.size === 2) seen.add("two sockets");
  if (sockets.size === 1 && attempt !== undefined) seen.add("a socket and an attempt");
  if (state.current === undefined && state.draining !== undefined) seen.add("only an old socket");
  if (state.gaps.length > 20) throw new Error("too many gaps");
  if (state.gaps.some(({ durationMs }) => durationMs < 0)) throw new Error("a gap of less than no time");
}

/** One life: start, anything, in any order. Then either everything heals or the owner closes. */
function live(seed: number): void {
  const random = createRandom(seed);
  const world = new World(random);
  world.dispatch({ type: "start" });
  const events = 1 + Math.floor(random() * EVENTS);
  for (let index = 0; index < events; index += 1) {
    world.happen();
    note(world);
  }
  if (random() < 0.7) {
    world.heal();
    if (!world.well) throw new Error("did not come back");
    if (world.state.downSinceMs !== undefined || world.state.alert !== undefined)
      throw new Error("bad news stays");
    if (world.sockets.size !== 1) throw new Error(`${world.sockets.size} sockets when all is well`);
  }
  world.dispatch({ type: "close" });
  world.settleAttempt(true);
  for (let index = 0; index < 3; index += 1) world.happen();
}

test("keeps its rules through 100,000 random lives: one timer of a kind, two sockets, never stuck", () => {
  for (let index = 0; index < SEQUENCES; index += 1) {
    try {
      live(SEED + index);
    } catch (cause) {
      throw new Error(`seed ${SEED + index}`, { cause });
    }
  }
  expect([...seen].toSorted()).toEqual([
    "a socket and an attempt",
    "alert",
    "knock armed",
    "knock asked",
    "knock off",
    "knocks mislead",
    "only an old socket",
    "pursuit making-room",
    "pursuit none",
    "pursuit opening",
    "pursuit waiting",
    "rotated",
    "two sockets",
    "woken",
  ]);
}, 60_000);
