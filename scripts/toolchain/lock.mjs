// Two runs in one checkout must not install dependencies at the same time.
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

const namelessGraceMs = 5000;

/**
 * Runs the job while no other process holds the lock: a folder, with the process id of its owner in it.
 * The lock of a process that died is taken over.
 *
 * @param {string} lock
 * @param {() => void} job
 * @param {() => void} onWait called once when another process holds the lock
 */
export async function withLock(lock, job, onWait) {
  mkdirSync(dirname(lock), { recursive: true });
  for (let attempt = 0; !take(lock); attempt += 1) {
    if (attempt === 0) onWait();
    await sleep(250);
  }
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once("exit", release);
  try {
    job();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (!existsSync(lock)) throw error;
    if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(lock, "pid"), String(process.pid));
  return true;
}

/** @param {string} lock */
function isAbandoned(lock) {
  try {
    const owner = Number(readFileSync(join(lock, "pid"), "utf8"));
    return owner > 0 ? !isAlive(owner) : isOld(lock);
  } catch {
    // Between mkdir and the write of its id an owner is there but has no name yet.
    return isOld(lock);
  }
}

/** @param {string} lock */
function isOld(lock) {
  const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? {};
  return mtimeMs !== undefined && Date.now() - mtimeMs > namelessGraceMs;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
