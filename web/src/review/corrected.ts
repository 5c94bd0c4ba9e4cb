/** The cells as people corrected them: the machine's, and then one edit after the other. */
import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { UNMEASURED } from "../cells/morphometry";
import { areaOf, boxOf } from "./shapes";
import type { Edit, Polygon, Reading } from "./types";

export const UNIDENTIFIED = "unidentified";

/** The machine's cells with edits done to them; a cell that no edit concerns stays the same object. */
export function correctedCells(found: readonly Cell[], edits: readonly Edit[], styles: ClassStyles): Cell[] {
  const cells = new Map(found.map((cell) => [cell.id, cell]));
  const um2PerPx = areaOfPixel(found);
  for (const edit of edits) {
    if (edit.undone) continue;
    const cell = cells.get(edit.cell_id);
    if (edit.kind === "remove") cells.delete(edit.cell_id);
    else if (edit.kind === "add") cells.set(edit.cell_id, addedCell(edit, styles, um2PerPx));
    else if (edit.kind === "redraw") {
      if (cell) cells.set(cell.id, redrawn(cell, edit, um2PerPx));
    } else if (cell) cells.set(cell.id, classified(cell, edit, edit.kind, styles));
  }
  return [...cells.values()];
}

/** The edits that a reading shows. */
export function editsRead(edits: readonly Edit[], reading: Reading, me: string): readonly Edit[] {
  if (reading === "machine") return [];
  return reading === "everyone" ? edits : edits.filter((edit) => edit.reviewer === me);
}

/** A cell as one sees it who shall not know what the machine made of it. */
export function withoutMachinesLabel(cell: Cell): Cell {
  const known = cell.reviewed !== null && cell.reviewed.kind !== "redraw";
  return known ? cell : { ...cell, ...named(UNIDENTIFIED), coarse: "unidentified", prediction_set: [] };
}

function classified(cell: Cell, edit: Edit, kind: "classify" | "confirm", styles: ClassStyles): Cell {
  const reviewed = { by: edit.reviewer, kind, label_before: cell.reviewed ? cell.reviewed.label_before : cell.label };
  const label = edit.content.label ?? cell.label;
  return { ...cell, ...named(label), coarse: styleOf(styles, label).coarse, reviewed };
}

function redrawn(cell: Cell, edit: Edit, um2PerPx: number | null): Cell {
  if (!edit.content.polygon) return cell;
  const before = cell.reviewed ?? { kind: "redraw" as const, label_before: cell.label };
  return { ...cell, ...drawn(edit.content.polygon, um2PerPx), reviewed: { ...before, by: edit.reviewer } };
}

function addedCell(edit: Edit, styles: ClassStyles, um2PerPx: number | null): Cell {
  const label = edit.content.label ?? UNIDENTIFIED;
  return {
    id: edit.cell_id,
    ...named(label),
    coarse: styleOf(styles, label).coarse,
    ...drawn(edit.content.polygon ?? [], um2PerPx),
    score: 1,
    unfamiliarity: null,
    reviewed: { by: edit.reviewer, kind: "add", label_before: null },
  };
}

/** A class that a person gave is certain. */
function named(label: string) {
  return {
    label,
    best: label,
    confidence: 1,
    probabilities: { [label]: 1 },
    prediction_set: [label],
    unidentified: label === UNIDENTIFIED,
  };
}

function drawn(polygon: Polygon, um2PerPx: number | null) {
  const area = areaOf(polygon);
  return {
    polygon,
    box: boxOf(polygon),
    area_px: area,
    area_um2: um2PerPx === null ? null : area * um2PerPx,
    // What was measured lay within another outline.
    nucleus_polygons: [],
    morphometry: UNMEASURED,
  };
}

function areaOfPixel(cells: readonly Cell[]): number | null {
  const sized = cells.find((cell) => cell.area_um2 !== null && cell.area_px > 0);
  return sized?.area_um2 ? sized.area_um2 / sized.area_px : null;
}
