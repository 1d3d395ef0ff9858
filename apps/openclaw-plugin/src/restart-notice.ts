/**
 * The host answers in an agent's place while it restarts. Its sentence says "try again", which nobody has to: the message
 * is kept and answered by the next process. Observed in 2026.9.6, not documented; a test of the real gateway would fail
 * if it changed.
 */
export function isRestartNotice(text: string): boolean {
  return /^⚠️? Gateway is restarting\b/u.test(text);
}
