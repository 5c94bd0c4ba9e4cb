/** The cells as people corrected them: the machine's, and then one edit after the other. */
import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { isOfNote } from "../cells/galleryOrder";
import { contains } from "../cells/hitTest";
import { UNMEASURED } from "../cells/morphometry";
import { wasClassified } from "../cells/predictions";
import { areaOf, boxOf } from "./shapes";
import type { Edit, Polygon, Reading } from "./types";

export const UNIDENTIFIED = "unidentified";
/** A white cell of no type that is known. */
const UNTYPED = "white_cell";

/** A corrected cell by the machine's, with what was said of it: the same words make the same object. */
const KEPT = new WeakMap<Cell, { said: string; cell: Cell }>();

/** The machine's cells with edits done to them; a cell of which nothing new is said stays the same object. */
export function correctedCells(found: readonly Cell[], edits: readonly Edit[], styles: ClassStyles): Cell[] {
  const cells = new Map(found.map((cell) => [cell.id, cell]));
  const said = new Map<number, string>();
  const um2PerPx = areaOfPixel(found);
  for (const edit of edits) {
    if (edit.undone) continue;
    said.set(edit.cell_id, `${said.get(edit.cell_id) ?? ""}${JSON.stringify([edit.kind, edit.reviewer, edit.content])}`);
    const cell = cells.get(edit.cell_id);
    if (edit.kind === "remove") cells.delete(edit.cell_id);
    else if (edit.kind === "add") cells.set(edit.cell_id, addedCell(edit, styles, um2PerPx));
    else if (edit.kind === "redraw") {
      if (cell) cells.set(cell.id, redrawn(cell, edit, um2PerPx));
    } else if (cell) cells.set(cell.id, classified(cell, edit, edit.kind, styles));
  }
  for (const base of found) {
    const words = said.get(base.id);
    const cell = cells.get(base.id);
    if (words === undefined || !cell) continue;
    const kept = KEPT.get(base);
    if (kept?.said === words) cells.set(base.id, kept.cell);
    else KEPT.set(base, { said: words, cell });
  }
  return [...cells.values()];
}

/** The edits that a reading shows. */
export function editsRead(edits: readonly Edit[], reading: Reading, me: string): readonly Edit[] {
  if (reading === "machine") return [];
  return reading === "everyone" ? edits : edits.filter((edit) => edit.reviewer === me);
}

/** The machine's cells as one sees them who shall not know what it made of them: white cells, red cells, platelets. */
export function concealed(found: readonly Cell[], styles: ClassStyles): Cell[] {
  return found.map((cell) => {
    if (!wasClassified(cell)) return isOfNote(cell) ? { ...cell, ...certainly(cell.coarse), label: cell.coarse } : cell;
    return { ...cell, ...named({ ...cell, ...certainly(UNTYPED) }, UNIDENTIFIED, styles), unfamiliarity: null };
  });
}

function classified(cell: Cell, edit: Edit, kind: "classify" | "confirm", styles: ClassStyles): Cell {
  const reviewed = { by: edit.reviewer, kind, label_before: cell.reviewed ? cell.reviewed.label_before : cell.label };
  return { ...cell, ...named(cell, edit.content.label ?? cell.label, styles), reviewed };
}

function redrawn(cell: Cell, edit: Edit, um2PerPx: number | null): Cell {
  if (!edit.content.polygon) return cell;
  const before = cell.reviewed ?? { kind: "redraw" as const, label_before: cell.label };
  const polygon = edit.content.polygon;
  const keepsNucleus = cell.nucleus_polygons.flat().every(([x, y]) => contains(polygon, x, y));
  const nucleus = keepsNucleus ? { nucleus_polygons: cell.nucleus_polygons } : {};
  return { ...cell, ...drawn(polygon, um2PerPx), ...nucleus, reviewed: { ...before, by: edit.reviewer } };
}

function addedCell(edit: Edit, styles: ClassStyles, um2PerPx: number | null): Cell {
  const cell = {
    id: edit.cell_id,
    ...certainly(UNTYPED),
    ...drawn(edit.content.polygon ?? [], um2PerPx),
    score: 1,
    unfamiliarity: null,
    reviewed: { by: edit.reviewer, kind: "add" as const, label_before: null },
  };
  return { ...cell, ...named(cell, edit.content.label ?? UNIDENTIFIED, styles) };
}

/** A class that a person gave is certain; of a cell that a person cannot name, the machine's guess stays. */
function named(cell: Pick<Cell, "best" | "confidence" | "probabilities" | "prediction_set">, label: string, styles: ClassStyles) {
  const { best, confidence, probabilities, prediction_set } = cell;
  const guess = { best, confidence, probabilities, prediction_set };
  const { coarse } = styleOf(styles, label);
  return label === UNIDENTIFIED ? { ...guess, label, coarse, unidentified: true } : { ...certainly(label), label, coarse, unidentified: false };
}

const certainly = (best: string) => ({ best, confidence: 1, probabilities: { [best]: 1 }, prediction_set: [best] });

function drawn(polygon: Polygon, um2PerPx: number | null) {
  const area = areaOf(polygon);
  return {
    polygon,
    box: boxOf(polygon),
    area_px: area,
    area_um2: um2PerPx === null ? null : area * um2PerPx,
    nucleus_polygons: [],
    morphometry: UNMEASURED,
  };
}

function areaOfPixel(cells: readonly Cell[]): number | null {
  const sized = cells.find((cell) => cell.area_um2 !== null && cell.area_px > 0);
  return sized?.area_um2 ? sized.area_um2 / sized.area_px : null;
}
