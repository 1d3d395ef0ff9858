/**
 * Waits for `work` until `signal` fires, and then throws its reason.
 *
 * undici does not stop a request that still waits for its connection, so the waiting has to stop here.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
    // What comes too late is nobody's concern.
    work.catch(() => undefined);
  }
}
