/** Which cells stand in the gallery, in which order, and who is next. */
import type { Cell } from "../api/types";
import { styleOf, type ClassStyle, type ClassStyles } from "../cells/classStyles";
import { doubtOf, isNamed, type Doubt } from "../cells/predictions";
import { readingOrder } from "../cells/readingOrder";
import { classRank } from "./classRank";

export type Shown = "all" | "unseen" | "doubtful";
export type Order = "doubt" | "place";

export interface Group {
  style: ClassStyle;
  cells: Cell[];
}

/** A line of the gallery. */
export type Row = { kind: "head"; group: Group } | { kind: "cells"; group: Group; cells: Cell[] };

const WORST_FIRST: readonly (Doubt | null)[] = ["unidentified", "untypical", "several", "unsure", null];

/** The cells of each class, white cells first; in a group the most doubtful first, or as they lie on the picture. */
export function galleryGroups(
  cells: readonly Cell[],
  styles: ClassStyles,
  { shown, order }: { shown: Shown; order: Order },
): Group[] {
  const places = [...styles.keys()];
  const groups = new Map<string, Cell[]>();
  for (const cell of readingOrder(cells)) {
    if (!isShown(cell, shown)) continue;
    const group = groups.get(cell.label);
    if (group) group.push(cell);
    else groups.set(cell.label, [cell]);
  }
  if (order === "doubt") for (const group of groups.values()) group.sort(byDoubt);
  return [...groups]
    .map(([key, members]) => ({ style: styleOf(styles, key), cells: members }))
    .sort((a, b) => rank(a.style) - rank(b.style) || places.indexOf(a.style.key) - places.indexOf(b.style.key));
}

export const isShown = (cell: Cell, shown: Shown) =>
  shown === "all" || (shown === "unseen" ? !isNamed(cell) : doubtOf(cell) !== null);

/** The groups as lines of so many crops. */
export function galleryRows(groups: readonly Group[], columns: number): Row[] {
  const rows: Row[] = [];
  for (const group of groups) {
    rows.push({ kind: "head", group });
    for (let at = 0; at < group.cells.length; at += columns) {
      rows.push({ kind: "cells", group, cells: group.cells.slice(at, at + columns) });
    }
  }
  return rows;
}

/** The cell above or below, in the same column where there is one; null at the end. */
export function inNextRow(rows: readonly Row[], id: number | null, by: 1 | -1): Cell | null {
  const lines = rows.flatMap((row) => (row.kind === "cells" ? [row.cells] : []));
  const line = lines.findIndex((cells) => cells.some((cell) => cell.id === id));
  if (line < 0) return lines[0]?.[0] ?? null;
  const column = lines[line]?.findIndex((cell) => cell.id === id) ?? 0;
  const next = lines[line + by];
  return next?.[Math.min(column, next.length - 1)] ?? null;
}

/** The cell to go on with once some are done: the next of the others, at the end the last of them. */
export function goOnWith(order: readonly Cell[], done: ReadonlySet<number>): Cell | null {
  const last = order.findLastIndex((cell) => done.has(cell.id));
  const isLeft = (cell: Cell) => !done.has(cell.id);
  return order.slice(last + 1).find(isLeft) ?? order.slice(0, Math.max(0, last)).findLast(isLeft) ?? null;
}

export interface Progress {
  seen: number;
  of: number;
}

/** How many of the white cells, unidentified ones with them, a person has named or confirmed. */
export function whiteCellsSeen(cells: readonly Cell[]): Progress {
  const white = cells.filter((cell) => cell.coarse === "white_cell" || cell.coarse === "unidentified");
  return { seen: white.filter(isNamed).length, of: white.length };
}

/** What is still to be named stands before all classes. */
const rank = (style: ClassStyle) => (style.key === "unidentified" ? -1 : classRank(style));

/** What nobody has named first, least believable on top, then longer sets, then the less sure. */
function byDoubt(a: Cell, b: Cell): number {
  return (
    Number(isNamed(a)) - Number(isNamed(b)) ||
    WORST_FIRST.indexOf(doubtOf(a)) - WORST_FIRST.indexOf(doubtOf(b)) ||
    b.prediction_set.length - a.prediction_set.length ||
    a.confidence - b.confidence
  );
}
