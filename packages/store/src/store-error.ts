import { DingTalkError } from "@dingtalk-kit/protocol";

import type { FaultReport, StoreFault } from "./database/fault.ts";

/** `detail` is what the engine or the operating system said. */
interface Place extends Omit<FaultReport, "fault"> {
  readonly file: string;
}

const SENTENCES: Readonly<Record<StoreFault, (place: Place) => string>> = {
  owned: ({ file, detail }) =>
    `${file} is in use by ${detail}: stop that process, or give this one another file`,
  "newer-schema": ({ file, detail, backup }) =>
    `${file} was written by a newer version (${detail}): install that version again, or move the file away, ` +
    (backup === undefined
      ? `together with -wal and -shm, and lose what waits in it`
      : `together with -wal and -shm, put ${backup} in its place, and lose what came after the upgrade`),
  foreign: ({ file, detail }) => `${file} is not a store of dingtalk-kit (${detail}): choose another file`,
  corrupt: ({ file, detail }) =>
    `${file} is damaged (${detail}): save what can be saved with "sqlite3 FILE .recover", then move the file away, ` +
    `together with -wal and -shm, to start with an empty one`,
  missing: ({ file, detail }) =>
    `there is no store at ${file} (${detail}): look for another path, or start what keeps it, which creates it`,
  "disk-full": ({ file, detail }) =>
    `there is no room for ${file} (${detail}): free some; until then nothing new is accepted`,
  "read-only": ({ file, detail }) =>
    `${file} cannot be written (${detail}): give this process the right to write the file and its folder`,
  unavailable: ({ file, detail }) =>
    `${file} cannot be used (${detail}): mend what the system names there; nothing was changed`,
  broken: ({ file, detail }) =>
    `the thread that writes ${file} has ended (${detail}): open the store again; nothing acknowledged is lost`,
};

/** The store refused; nothing was changed. `fault` says why, the message what to do. */
export class StoreError extends DingTalkError {
  override readonly code = "DINGTALK_STORE";
  override readonly retryable: boolean;
  readonly fault: StoreFault;
  /** The database's path. */
  readonly file: string;

  constructor(fault: StoreFault, place: Place, options: ErrorOptions = {}) {
    super(SENTENCES[fault](place), options);
    this.fault = fault;
    this.file = place.file;
    this.retryable = fault === "disk-full" || fault === "unavailable";
  }
}
