import type { DatabaseSync } from "node:sqlite";

import { FaultError } from "./fault.ts";
import { singleInteger } from "./row.ts";

/** @returns a function that throws `disk-full` when the pages in use come to more than this. */
export function createRoomCheck(db: DatabaseSync, maxBytes: number | undefined): () => void {
  if (maxBytes === undefined) return () => undefined;
  const pageBytes = singleInteger(db.prepare("pragma page_size").get());
  const pages = db.prepare("pragma page_count");
  const free = db.prepare("pragma freelist_count");
  return () => {
    const usedBytes = (singleInteger(pages.get()) - singleInteger(free.get())) * pageBytes;
    if (usedBytes >= maxBytes)
      throw new FaultError("disk-full", `${usedBytes} of ${maxBytes} bytes are in use`);
  };
}
