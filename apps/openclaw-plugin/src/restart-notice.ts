/**
 * The host may answer in an agent's place while it restarts. Its sentence says "try again", which nobody has to: the
 * message is kept and answered by the next process. Read in 2026.9.6, not documented; a stop that drains in time did not
 * bring it about.
 */
export function isRestartNotice(text: string): boolean {
  return /^⚠️? Gateway is restarting\b/u.test(text);
}
