/** What the cells that look most alike are called, in one sentence. */
import type { ClassStyles } from "../cells/classStyles";
import { styleOf } from "../cells/classStyles";
import type { SimilarCell } from "./similarApi";

/** Likeness below which even the nearest cell looks rather different. */
const HARDLY_ALIKE = 0.5;

/** That nothing looks much like it, where that is so. */
export function describeNearest(cells: readonly Pick<SimilarCell, "similarity">[]): string | null {
  const [nearest] = cells;
  if (!nearest || nearest.similarity >= HARDLY_ALIKE) return null;
  return "None of them looks much like it: the archive has no good example of such a cell yet.";
}

/** "Of the 12 cells most like it, 9 are called monocyte, 2 lymphocyte, 1 unidentified." */
export function describeNeighbours(cells: readonly Pick<SimilarCell, "label">[], styles: ClassStyles): string {
  const counts = new Map<string, number>();
  for (const { label } of cells) counts.set(label, (counts.get(label) ?? 0) + 1);
  const told = [...counts].sort((one, other) => other[1] - one[1]);
  const [first] = told;
  if (!first) return "";
  if (cells.length === 1) return `The cell most like it is called ${styleOf(styles, first[0]).name}.`;
  if (told.length === 1) return `All ${cells.length} cells most like it are called ${styleOf(styles, first[0]).name}.`;
  const named = told.map(([label, count], place) => {
    const verb = place > 0 ? "" : count === 1 ? "is called " : "are called ";
    return `${count} ${verb}${styleOf(styles, label).name}`;
  });
  return `Of the ${cells.length} cells most like it, ${named.join(", ")}.`;
}
