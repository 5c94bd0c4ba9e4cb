/** Cells in the order in which an eye goes over a picture: line by line, left to right. */
import type { Cell } from "../api/types";

export function readingOrder<T extends Pick<Cell, "box">>(cells: readonly T[]): T[] {
  const heights = cells.map((c) => c.box[3] - c.box[1]).sort((a, b) => a - b);
  const line = Math.max(1, 1.5 * (heights[Math.floor(heights.length / 2)] ?? 1));
  const lineOf = (c: T) => Math.floor((c.box[1] + c.box[3]) / 2 / line);
  return [...cells].sort((a, b) => lineOf(a) - lineOf(b) || a.box[0] - b.box[0]);
}

/** The neighbour of a cell in a list, going round at the ends; from nowhere, the first or the last. */
export function neighbour<T extends { id: number }>(cells: readonly T[], id: number | null, step: 1 | -1): T | null {
  if (cells.length === 0) return null;
  const place = cells.findIndex((c) => c.id === id);
  const next = place < 0 ? (step === 1 ? 0 : -1) : place + step;
  return cells.at(next % cells.length) ?? null;
}
