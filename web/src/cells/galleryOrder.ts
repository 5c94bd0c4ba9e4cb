/** Which cells stand in the gallery, and in which order. */
import type { Cell } from "../api/types";
import { doubtOf, wasClassified, type Doubt } from "./predictions";

export type GalleryOrder = "class" | "doubt";

const WORST_FIRST: readonly (Doubt | null)[] = ["unidentified", "untypical", "several", "unsure", null];

/** Few, and worth a look each, though the classifier of white cells does not see them. */
const OF_NOTE: ReadonlySet<string> = new Set(["infected_red_cell", "platelet_clump"]);
export const isOfNote = (cell: Pick<Cell, "label">) => OF_NOTE.has(cell.label);

/** White cells, infected red cells and clumps; with `doubtfulOnly`, those that a person should look at. */
export function galleryCells(cells: readonly Cell[], order: GalleryOrder, doubtfulOnly: boolean): Cell[] {
  return cells
    .filter((c) => (wasClassified(c) || isOfNote(c)) && (!doubtfulOnly || doubtOf(c) !== null))
    .sort(order === "class" ? byClass : byDoubt);
}

/** Cells of a class side by side, the surest of each first; white cells before the others. */
const byClass = (a: Cell, b: Cell) =>
  Number(isOfNote(a)) - Number(isOfNote(b)) || a.label.localeCompare(b.label) || b.confidence - a.confidence;

/** What is not named first, then the longest sets, then the least sure. */
function byDoubt(a: Cell, b: Cell): number {
  return (
    WORST_FIRST.indexOf(doubtOf(a)) - WORST_FIRST.indexOf(doubtOf(b)) ||
    b.prediction_set.length - a.prediction_set.length ||
    a.confidence - b.confidence
  );
}
