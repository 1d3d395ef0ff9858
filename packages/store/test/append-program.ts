/** Appends one message after the other, then many at once, and prints how many commits each took. */
import { argv } from "node:process";

import { openSqliteStore } from "../src/index.ts";

const [file = "", serial = "", together = ""] = argv.slice(2);
await using store = await openSqliteStore({ file, maxLaneDepth: 10_000 });
const append = (messageId: string) =>
  store.lanes.append({ robotCode: "robot", messageId, lane: "a", body: "x".repeat(300) });
for (let index = 0; index < Number(serial); index += 1) await append(`serial${index}`);
const { commits } = await store.diagnose();
await Promise.all(Array.from({ length: Number(together) }, (_, index) => append(`together${index}`)));
const all = (await store.diagnose()).commits;
console.log(JSON.stringify({ serial: commits, together: all - commits - 1 }));
