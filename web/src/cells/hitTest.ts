/** Which cell lies under a point. */
import type { Cell } from "../api/types";

type Outlined = Pick<Cell, "box" | "polygon" | "area_px">;

/** A grid over the picture, so that a pointer move looks at a handful of cells and not at thousands. */
export class CellIndex<T extends Outlined> {
  private readonly buckets = new Map<number, T[]>();
  private readonly bucketPx: number;
  private readonly columns: number;

  constructor(cells: readonly T[], widthPx: number, heightPx: number) {
    this.bucketPx = Math.max(16, Math.sqrt((widthPx * heightPx) / Math.max(1, cells.length)));
    this.columns = Math.ceil(widthPx / this.bucketPx) + 3;
    for (const cell of cells) {
      const [xmin, ymin, xmax, ymax] = cell.box;
      for (let row = this.slot(ymin); row <= this.slot(ymax); row++) {
        for (let column = this.slot(xmin); column <= this.slot(xmax); column++) {
          const key = row * this.columns + column;
          const bucket = this.buckets.get(key);
          if (bucket) bucket.push(cell);
          else this.buckets.set(key, [cell]);
        }
      }
    }
  }

  /** The smallest accepted cell whose outline holds the point, or that lies within `slackPx` of it; else null. */
  at(x: number, y: number, slackPx: number, accept: (cell: T) => boolean): T | null {
    let best: T | null = null;
    let bestRank = Infinity;
    for (const cell of this.near(x, y, slackPx)) {
      if (!accept(cell)) continue;
      const inside = contains(cell.polygon, x, y);
      if (!inside && distance(cell.polygon, x, y) > slackPx) continue;
      const rank = cell.area_px + (inside ? 0 : 1e9);
      if (rank < bestRank) {
        best = cell;
        bestRank = rank;
      }
    }
    return best;
  }

  private near(x: number, y: number, slackPx: number): Set<T> {
    const found = new Set<T>();
    for (let row = this.slot(y - slackPx); row <= this.slot(y + slackPx); row++) {
      for (let column = this.slot(x - slackPx); column <= this.slot(x + slackPx); column++) {
        for (const cell of this.buckets.get(row * this.columns + column) ?? []) found.add(cell);
      }
    }
    return found;
  }

  private slot(coordinate: number): number {
    return Math.floor(Math.max(0, coordinate) / this.bucketPx);
  }
}

/** Even-odd rule. */
export function contains(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  let previous = polygon.at(-1);
  for (const point of polygon) {
    if (previous && point[1] > y !== previous[1] > y) {
      const crossing = point[0] + ((y - point[1]) * (previous[0] - point[0])) / (previous[1] - point[1]);
      if (x < crossing) inside = !inside;
    }
    previous = point;
  }
  return inside;
}

/** Distance from a point to the nearest edge. */
function distance(polygon: readonly (readonly [number, number])[], x: number, y: number): number {
  let least = Infinity;
  let previous = polygon.at(-1);
  for (const point of polygon) {
    if (previous) {
      const [dx, dy] = [point[0] - previous[0], point[1] - previous[1]];
      const along = ((x - previous[0]) * dx + (y - previous[1]) * dy) / (dx * dx + dy * dy || 1);
      const t = Math.min(1, Math.max(0, along));
      least = Math.min(least, Math.hypot(x - previous[0] - t * dx, y - previous[1] - t * dy));
    }
    previous = point;
  }
  return least;
}
