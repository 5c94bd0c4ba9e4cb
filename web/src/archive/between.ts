/** Ids of a list from one entry to another, both included, whichever comes first. */
export function between(list: readonly { id: string }[], one: string, other: string): string[] {
  const places = [list.findIndex(({ id }) => id === one), list.findIndex(({ id }) => id === other)];
  const first = Math.min(...places);
  return first < 0 ? [other] : list.slice(first, Math.max(...places) + 1).map(({ id }) => id);
}
