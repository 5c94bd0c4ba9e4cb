/** What the classifier says of one cell, and how far it may be believed. */
import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "./classStyles";
import { formatPercent } from "./format";

/** The part of a cell that speaks of its class; single-cell pictures have it, too. */
export type Predicted = Pick<
  Cell,
  "label" | "best" | "confidence" | "probabilities" | "prediction_set" | "unidentified" | "unfamiliarity"
>;

/** Why a person should look at a cell: least believable first. */
export type Doubt = "unidentified" | "untypical" | "several" | "unsure";

const UNSURE_BELOW = 0.6;
/** An empty set is worth a look only below this: by their making, a tenth of the plainest cells have one. */
const UNTYPICAL_BELOW = 0.95;

/** Whether a model with prediction sets looked at this cell; one without them gives no unfamiliarity either. */
export const hasSet = (cell: Pick<Predicted, "unfamiliarity">) => cell.unfamiliarity !== null;

/** Whether a person spoke of the class of a cell: a new outline alone says nothing of it. */
export const isNamed = (cell: Partial<Pick<Cell, "reviewed">>) => Boolean(cell.reviewed && cell.reviewed.kind !== "redraw");

/** What is doubtful about a cell's class; null where it stands, or where a person has named it. */
export function doubtOf(cell: Predicted & Partial<Pick<Cell, "reviewed">>): Doubt | null {
  if (isNamed(cell)) return null;
  if (cell.unidentified) return "unidentified";
  if (!hasSet(cell)) return cell.confidence < UNSURE_BELOW ? "unsure" : null;
  if (cell.prediction_set.length === 0) return cell.confidence < UNTYPICAL_BELOW ? "untypical" : null;
  return cell.prediction_set.length > 1 ? "several" : null;
}

/** Whether the classifier looked at this cell, and not the finder alone. */
export function wasClassified(cell: Pick<Cell, "coarse" | "unfamiliarity">): boolean {
  return cell.coarse === "white_cell" || cell.coarse === "unidentified" || cell.unfamiliarity !== null;
}

export interface RankedClass {
  key: string;
  probability: number;
  /** The finer classes that a group's probability is the sum of; empty for a class without any. */
  finer: { key: string; probability: number }[];
}

/** The most probable groups, each with its finer classes: band and segmented stand together under neutrophil. */
export function rankedClasses(probabilities: Record<string, number>, styles: ClassStyles, most: number): RankedClass[] {
  const groups = new Map<string, RankedClass>();
  for (const [key, probability] of Object.entries(probabilities)) {
    const group = styleOf(styles, key).group;
    const ranked = groups.get(group) ?? { key: group, probability: 0, finer: [] };
    ranked.probability += probability;
    if (key !== group) ranked.finer.push({ key, probability });
    groups.set(group, ranked);
  }
  const falling = (a: { probability: number }, b: { probability: number }) => b.probability - a.probability;
  for (const ranked of groups.values()) ranked.finer.sort(falling);
  return [...groups.values()].sort(falling).slice(0, most);
}

/** "band neutrophil or segmented neutrophil"; of an empty set, what that means. */
export function describeSet(cell: Predicted, styles: ClassStyles): string {
  if (cell.prediction_set.length === 0) return "typical of none of its classes";
  const names = cell.prediction_set.map((key) => styleOf(styles, key).name);
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(names);
}

/** "monocyte, 92 %", or "unidentified, best guess monocyte, 54 %". */
export function describeCell(cell: Predicted, styles: ClassStyles): string {
  const sure = formatPercent(cell.confidence);
  if (cell.unidentified) return `unidentified, best guess ${styleOf(styles, cell.best).name}, ${sure}`;
  return `${styleOf(styles, cell.label).name}, ${sure}`;
}

/** "by Ana; the machine said monocyte" of a cell that a person named, confirmed or added. */
export function describeReview({ reviewed, label }: Pick<Cell, "label" | "reviewed">, styles: ClassStyles): string {
  if (!reviewed) return "";
  const before = reviewed.label_before;
  if (before === null) return `added by ${reviewed.by}`;
  if (before === label) return `confirmed by ${reviewed.by}`;
  return `named by ${reviewed.by}; the machine said ${styleOf(styles, before).name}`;
}
