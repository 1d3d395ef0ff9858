/**
 * An id that can be recognised but not used: `dingexampleappkey01` becomes `ding...ey01`.
 * Short ids show less, so that at least half stays hidden.
 */
export function maskId(id: string): string {
  const shown = Math.min(4, Math.floor(id.length / 4));
  return shown === 0 ? "..." : `${id.slice(0, shown)}...${id.slice(-shown)}`;
}
