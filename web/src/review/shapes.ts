/** Outlines that a person draws. */
import type { Cell } from "../api/types";
import type { Polygon } from "./types";

type Point = Polygon[number];

const DISC_CORNERS = 32;
/** Corners nearer to the line between their neighbours than this, in pixels of the picture, tell nothing. */
const TOLERANCE_PX = 0.75;

/** Area in pixels, whichever way round (shoelace formula). */
export function areaOf(polygon: Polygon): number {
  let twice = 0;
  let previous = polygon.at(-1);
  for (const point of polygon) {
    if (previous) twice += previous[0] * point[1] - point[0] * previous[1];
    previous = point;
  }
  return Math.abs(twice) / 2;
}

export function boxOf(polygon: Polygon): Cell["box"] {
  const [xs, ys] = [polygon.map((p) => p[0]), polygon.map((p) => p[1])];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** A disc as far as it lies on the picture. */
export function disc(x: number, y: number, diameterPx: number, picture: { width: number; height: number }): Polygon {
  const corners = Array.from({ length: DISC_CORNERS }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / DISC_CORNERS;
    return [x + (diameterPx / 2) * Math.cos(angle), y + (diameterPx / 2) * Math.sin(angle)];
  });
  return within(corners, picture);
}

/** A line drawn by hand as a closed outline: on the picture, tenths of pixels, without needless corners. */
export function handDrawn(line: Polygon, picture: { width: number; height: number }): Polygon {
  const inside = within(line, picture);
  // A closed line has no ends: its two far corners part it into two lines that have.
  const start = inside[0];
  if (!start) return [];
  const far = inside.reduce((best, point, i) => (distance(point, start) > distance(inside[best] ?? start, start) ? i : best), 0);
  const there = simplified(inside.slice(0, far + 1));
  const back = simplified([...inside.slice(far), start]);
  return [...there.slice(0, -1), ...back.slice(0, -1)];
}

/** Diameter of a disc as large as the usual white cell of a picture, in pixels; without any, as any cell. */
export function usualDiameter(cells: readonly Pick<Cell, "coarse" | "area_px">[], picture: { width: number; height: number }): number {
  const white = cells.filter((cell) => cell.coarse === "white_cell");
  const areas = (white.length > 0 ? white : cells).map((cell) => cell.area_px).sort((a, b) => a - b);
  const area = areas[Math.floor(areas.length / 2)];
  return area === undefined ? Math.min(picture.width, picture.height) / 12 : 2 * Math.sqrt(area / Math.PI);
}

const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]);

function within(line: Polygon, { width, height }: { width: number; height: number }): Polygon {
  const kept = (value: number, most: number) => Math.round(10 * Math.min(most, Math.max(0, value))) / 10;
  return line.map(([x, y]) => [kept(x, width), kept(y, height)]);
}

/** Douglas and Peucker, Cartographica 10 (1973): keeps the corner farthest from the line, and so on either side. */
function simplified(line: Polygon): Polygon {
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || line.length < 3) return line;
  let [farthest, most] = [0, 0];
  line.forEach((point, i) => {
    const off = offLine(point, first, last);
    if (off > most) [farthest, most] = [i, off];
  });
  if (most <= TOLERANCE_PX) return [first, last];
  return [...simplified(line.slice(0, farthest + 1)).slice(0, -1), ...simplified(line.slice(farthest))];
}

function offLine(point: Point, first: Point, last: Point): number {
  const length = distance(first, last);
  if (length === 0) return distance(point, first);
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]];
  return Math.abs(dx * (first[1] - point[1]) - dy * (first[0] - point[0])) / length;
}
