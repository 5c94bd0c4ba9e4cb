/** Which cells are chosen: one, or several at once. */

export interface Choice {
  ids: ReadonlySet<number>;
  /** The one that keys move on from. */
  current: number | null;
  /** Where a range begins. */
  anchor: number | null;
}

export const NOTHING: Choice = { ids: new Set(), current: null, anchor: null };

export const only = (id: number): Choice => ({ ids: new Set([id]), current: id, anchor: id });

export const all = (ids: readonly number[]): Choice => ({ ids: new Set(ids), current: ids[0] ?? null, anchor: ids[0] ?? null });

/** One more, or one less. */
export function toggled({ ids, current }: Choice, id: number): Choice {
  if (!ids.has(id)) return { ids: new Set([...ids, id]), current: id, anchor: id };
  const left = [...ids].filter((other) => other !== id);
  const next = current === id ? (left.at(-1) ?? null) : current;
  return { ids: new Set(left), current: next, anchor: next };
}

/** Everything in the gallery from where the range begins to this cell. */
export function rangedTo({ anchor }: Choice, id: number, order: readonly number[]): Choice {
  const [from, to] = [order.indexOf(anchor ?? id), order.indexOf(id)];
  if (from < 0 || to < 0) return only(id);
  return { ids: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)), current: id, anchor };
}

/** The choice without cells that are gone. */
export function among(choice: Choice, there: (id: number) => boolean): Choice {
  if ([...choice.ids].every(there)) return choice;
  const left = [...choice.ids].filter(there);
  const current = choice.current !== null && there(choice.current) ? choice.current : (left[0] ?? null);
  return { ids: new Set(left), current, anchor: current };
}

export function renumbered(choice: Choice, from: number, to: number): Choice {
  const swap = (id: number) => (id === from ? to : id);
  const swapIf = (id: number | null) => (id === null ? null : swap(id));
  return { ids: new Set([...choice.ids].map(swap)), current: swapIf(choice.current), anchor: swapIf(choice.anchor) };
}
