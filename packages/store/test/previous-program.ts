import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

import type { openSqliteStore } from "../src/index.ts";

/** Unpacks the version of `previous/README.md` into a folder. @returns its `openSqliteStore`, with its own thread. */
export async function unpackPreviousProgram(folder: string): Promise<typeof openSqliteStore> {
  const unpack = (name: string): URL => {
    const path = join(folder, name);
    writeFileSync(path, gunzipSync(readFileSync(new URL(`previous/${name}.gz`, import.meta.url))));
    return pathToFileURL(path);
  };
  const worker = unpack("worker.mjs");
  const { href } = unpack("store.mjs");
  const previous: { readonly openSqliteStore: typeof openSqliteStore } = await import(href);
  return (options, ports) => previous.openSqliteStore({ worker, ...options }, ports);
}
