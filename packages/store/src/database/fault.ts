/**
 * Why a database refuses: another process owns it, a newer version wrote it, it belongs to another program, it is
 * damaged; the disk is full, may not be written, or does not answer; the thread in front of it is gone.
 */
export type StoreFault =
  | "owned"
  | "newer-schema"
  | "foreign"
  | "corrupt"
  | "disk-full"
  | "read-only"
  | "unavailable"
  | "broken";

/** A fault on its way from the worker thread to the caller, where it becomes a StoreError. */
export interface FaultReport {
  readonly fault: StoreFault;
  readonly detail: string;
}

/** Not a DingTalkError: the worker thread must run without other packages. It never leaves this package. */
export class FaultError extends Error {
  readonly fault: StoreFault;

  constructor(fault: StoreFault, detail: string) {
    super(detail);
    this.fault = fault;
  }
}

/** Primary result codes. @see https://www.sqlite.org/rescode.html */
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
  if (error instanceof FaultError) return { fault: error.fault, detail: error.message };
  if (!(error instanceof Error)) return { fault: "unavailable", detail: String(error) };
  const sqliteCode = "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined;
  const systemCode = "code" in error && typeof error.code === "string" ? error.code : "";
  const fault =
    sqliteCode === undefined ? SYSTEM_FAULTS.get(systemCode) : SQLITE_FAULTS.get(sqliteCode & 0xff);
  return { fault: fault ?? "unavailable", detail: error.message };
}
