/** What an app does that ships as a bundle: the thread's program stands beside its own. Dies without saying goodbye. */
import { argv, kill, pid } from "node:process";

import { openSqliteReader, openSqliteStore } from "../src/index.ts";

const [file = "", then = ""] = argv.slice(2);
const worker = new URL("./store-worker.js", import.meta.url);
if (then === "read") {
  await using reader = await openSqliteReader({ file, worker });
  console.log(JSON.stringify(await reader.inbox.counts()));
} else {
  const store = await openSqliteStore({ file, worker });
  await store.lanes.append({ robotCode: "robot", messageId: "1", lane: "a", body: "hello" });
  kill(pid, "SIGKILL");
}
