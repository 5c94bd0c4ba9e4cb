/** What came of a batch of single-cell pictures, in one line and in order. */
import type { ClassifiedPicture } from "../api/types";
import { formatCount } from "../cells/format";
import { doubtOf } from "../cells/predictions";
import type { SingleCell } from "./useSingleCells";

/** The picture's own part of the answer; null before it is there. */
export const namedPicture = (cell: SingleCell): ClassifiedPicture | null => cell.answer?.pictures[0] ?? null;

/** "3 pictures: 1 certain, 1 needs a look, 1 could not be read" */
export function summary(cells: readonly SingleCell[]): string {
  const named = cells.map(namedPicture).filter((p) => p !== null);
  const doubtful = named.filter((p) => doubtOf(p) !== null).length;
  const counted: [number, string][] = [
    [named.length - doubtful, "certain"],
    [doubtful, doubtful === 1 ? "needs a look" : "need a look"],
    [cells.filter((c) => c.state === "failed").length, "could not be read"],
    [cells.filter((c) => c.state === "waiting" || c.state === "working").length, "on the way"],
  ];
  const parts = counted.filter(([count]) => count > 0).map(([count, words]) => `${formatCount(count)} ${words}`);
  return `${formatCount(cells.length)} ${cells.length === 1 ? "picture" : "pictures"}: ${parts.join(", ")}`;
}

/** What needs a look first, else as they came. */
export function doubtfulFirst(cells: readonly SingleCell[]): SingleCell[] {
  const rank = (cell: SingleCell) => {
    const picture = namedPicture(cell);
    return picture && doubtOf(picture) === null ? 1 : 0;
  };
  return [...cells].sort((a, b) => rank(a) - rank(b));
}
