/** What nobody has looked at yet, though it is worth a look before a result is signed. */
import type { Cell } from "../api/types";
import { formatCount } from "../cells/format";
import { doubtOf, wasClassified, type Predicted } from "../cells/predictions";

type Seen = Predicted & Pick<Cell, "coarse" | "reviewed">;

/** Cells that are unidentified or doubtful, and that no person confirmed or corrected. */
export function unseenDoubts(cells: readonly Seen[]): number {
  return cells.filter((cell) => !cell.reviewed && wasClassified(cell) && doubtOf(cell) !== null).length;
}

/** "12 cells are unidentified or doubtful and nobody has looked at them." */
export function describeUnseen(count: number): string {
  return count === 1
    ? "One cell is unidentified or doubtful and nobody has looked at it."
    : `${formatCount(count)} cells are unidentified or doubtful and nobody has looked at them.`;
}
