import { pathToFileURL } from "node:url";

import type { OpenStore, StoreUnderTest } from "../src/conformance/index.ts";
import { openSqliteStore } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const openStore: OpenStore = (place, limits, ports) =>
  openSqliteStore({ file: place, lockTimeoutMs: 0, ...limits }, ports);

export const sqliteUnderTest: StoreUnderTest = {
  open: openStore,
  module: pathToFileURL(import.meta.filename),
  nodeOptions: ["--conditions=@dingtalk-kit/source"],
  async createPlace() {
    const folder = temporaryFolder();
    return { name: folder.file("inbox.db"), [Symbol.asyncDispose]: async () => folder[Symbol.dispose]() };
  },
};
