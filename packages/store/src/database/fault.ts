/**
 * Why a database refuses: another process owns it, a newer version wrote it, it belongs to another program, it is
 * damaged, it is not there and was only to be read; the disk is full, may not be written, or does not answer; the thread
 * in front of it is gone.
 */
export type StoreFault =
  | "owned"
  | "newer-schema"
  | "foreign"
  | "corrupt"
  | "missing"
  | "disk-full"
  | "read-only"
  | "unavailable"
  | "broken";

/** A fault on its way from the worker thread to the caller, where it becomes a StoreError. */
export interface FaultReport {
  readonly fault: StoreFault;
  readonly detail: string;
  /** For `newer-schema`: a copy of the database, from before, that this version can use. */
  readonly backup?: string | undefined;
}

/** Not a DingTalkError: the worker thread must run without other packages. It never leaves this package. */
export class FaultError extends Error {
  readonly fault: StoreFault;
  readonly backup: string | undefined;

  constructor(fault: StoreFault, detail: string, backup?: string) {
    super(detail);
    this.fault = fault;
    this.backup = backup;
  }
}

const SQLITE_BUSY = 5;

/** Somebody else holds a lock. */
export function isBusy(error: unknown): boolean {
  return sqliteCodeOf(error) === SQLITE_BUSY;
}

/** The primary result code. @see https://www.sqlite.org/rescode.html */
function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/** By primary result code. */
const SQLITE_FAULTS: ReadonlyMap<number, StoreFault> = new Map([
  [3, "read-only"],
  [8, "read-only"],
  [11, "corrupt"],
  [13, "disk-full"],
  [26, "corrupt"],
]);

const SYSTEM_FAULTS: ReadonlyMap<string, StoreFault> = new Map([
  ["EACCES", "read-only"],
  ["EPERM", "read-only"],
  ["EROFS", "read-only"],
  ["ENOSPC", "disk-full"],
  ["EDQUOT", "disk-full"],
]);

export function reportFault(error: unknown): FaultReport {
  if (error instanceof FaultError) {
    const { fault, message: detail, backup } = error;
    return { fault, detail, backup };
  }
  if (!(error instanceof Error)) return { fault: "unavailable", detail: String(error) };
  const sqliteCode = sqliteCodeOf(error);
  const systemCode = "code" in error && typeof error.code === "string" ? error.code : "";
  const fault = sqliteCode === undefined ? SYSTEM_FAULTS.get(systemCode) : SQLITE_FAULTS.get(sqliteCode);
  return { fault: fault ?? "unavailable", detail: error.message };
}
