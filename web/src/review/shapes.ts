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

/**
 * A line drawn by hand as a closed outline: on the picture, tenths of pixels, without needless corners, and simple.
 * A hand that closes a round runs past where it began; of the two rounds that a crossing makes, the larger stays.
 * Empty where nothing is left.
 */
export function handDrawn(line: Polygon, picture: { width: number; height: number }): Polygon {
  const inside = within(line, picture);
  // A closed line has no ends: its two far corners part it into two lines that have.
  const start = inside[0];
  if (!start) return [];
  const far = inside.reduce((best, point, i) => (distance(point, start) > distance(inside[best] ?? start, start) ? i : best), 0);
  const there = simplified(inside.slice(0, far + 1));
  const back = simplified([...inside.slice(far), start]);
  let outline = withoutRepeats([...there.slice(0, -1), ...back.slice(0, -1)]);
  for (let crossing = firstCrossing(outline); crossing; crossing = firstCrossing(outline)) {
    const { i, j, at } = crossing;
    const rounds = [[at, ...outline.slice(i + 1, j + 1)], [at, ...outline.slice(j + 1), ...outline.slice(0, i + 1)]];
    const [first, second] = rounds.map((round) => withoutRepeats(within(round, picture)));
    const larger = areaOf(first ?? []) >= areaOf(second ?? []) ? first : second;
    if (!larger || larger.length >= outline.length) return [];
    outline = larger;
  }
  return outline.length < 3 ? [] : outline;
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

const withoutRepeats = (outline: Polygon): Polygon =>
  outline.filter(([x, y], i) => {
    const [lastX, lastY] = outline.at(i - 1) ?? [NaN, NaN];
    return outline.length < 2 || x !== lastX || y !== lastY;
  });

/** Two edges that meet though they are no neighbours, and where. */
function firstCrossing(outline: Polygon): { i: number; j: number; at: Point } | null {
  const cornerAt = (i: number): Point => outline[i % outline.length] ?? [0, 0];
  for (let i = 0; i < outline.length; i++) {
    for (let j = i + 2; j < outline.length; j++) {
      if (i === 0 && j === outline.length - 1) continue;
      const at = meeting(cornerAt(i), cornerAt(i + 1), cornerAt(j), cornerAt(j + 1));
      if (at) return { i, j, at };
    }
  }
  return null;
}

/** Where two segments meet; null where they do not. Of parallel ones that touch, an end. */
function meeting(a: Point, b: Point, c: Point, d: Point): Point | null {
  const side = (from: Point, to: Point, p: Point) => (to[0] - from[0]) * (p[1] - from[1]) - (to[1] - from[1]) * (p[0] - from[0]);
  const [c1, d1, a1, b1] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (c1 * d1 > 0 || a1 * b1 > 0) return null;
  const apart = [0, 1].some((k) => {
    const [p, q, r, s] = [a, b, c, d].map((point) => point[k] ?? 0) as [number, number, number, number];
    return Math.max(p, q) < Math.min(r, s) || Math.max(r, s) < Math.min(p, q);
  });
  if (apart) return null;
  if (c1 === d1) return c;
  const share = c1 / (c1 - d1);
  return [c[0] + share * (d[0] - c[0]), c[1] + share * (d[1] - c[1])];
}
