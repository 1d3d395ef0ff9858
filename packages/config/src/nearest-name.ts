/** The name that `written` was probably meant to be; `undefined` when none is close. */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const plain = plainName(written);
  const most = Math.max(1, Math.floor(plain.length / 4));
  const [best] = names
    .map((name) => ({ name, distance: editDistance(plain, plainName(name), most) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.name;
}

/** `client_id`, `clientID` and `client-id` are the same name. */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** How many letters have to be changed, added, left out or swapped with their neighbour; no count above `most`. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let older: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const ways = [
        (last[column] ?? most) + 1,
        (current[column - 1] ?? most) + 1,
        (last[column - 1] ?? most) + (same ? 0 : 1),
        ...(swapped ? [(older[column - 2] ?? most) + 1] : []),
      ];
      current.push(Math.min(...ways));
    }
    older = last;
    last = current;
  }
  return last[b.length] ?? most + 1;
}
