/** An activation map as pixels and as words. */
import { viridis } from "./colourMap";

/** Rows of values from 0 to 1: how much each place speaks for the class. */
export type ActivationMap = readonly (readonly number[])[];

/**
 * The map drawn `size` pixels wide and high, as RGBA bytes, row by row.
 *
 * Values are interpolated before they are coloured: a mix of two colours of the scale need not be a colour of the scale.
 * Where nothing speaks for the class, the cell shows through: opacity grows with the value.
 */
export function paintedMap(map: ActivationMap, size: number, opacity: number): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = valueAt(map, (column + 0.5) / size, (row + 0.5) / size);
      bytes.set([...viridis(value), 255 * opacity * seenFrom(value)], 4 * (row * size + column));
    }
  }
  return bytes;
}

/** Share of the opacity that a value gets: all of it from a third of the scale on. */
const seenFrom = (value: number) => Math.min(1, 3 * value);

/** Value at a place given in 0..1 of width and height, by bilinear interpolation between the centres of the fields. */
export function valueAt(map: ActivationMap, x: number, y: number): number {
  const [above, below, down] = neighbours(y, map.length);
  const [left, right, across] = neighbours(x, map[0]?.length ?? 0);
  const at = (row: number, column: number) => map[row]?.[column] ?? 0;
  const upper = at(above, left) + across * (at(above, right) - at(above, left));
  const lower = at(below, left) + across * (at(below, right) - at(below, left));
  return upper + down * (lower - upper);
}

function neighbours(place: number, count: number): [number, number, number] {
  const position = Math.min(count - 1, Math.max(0, place * count - 0.5));
  const first = Math.max(0, Math.min(count - 2, Math.floor(position)));
  return [first, Math.min(count - 1, first + 1), position - first];
}

const ROWS = ["upper", "middle", "lower"] as const;
const COLUMNS = ["left", "middle", "right"] as const;

/** Where the map is strongest and how strong, "strongest at the upper left, 80 % of the scale"; for a screen reader. */
export function describeMap(map: ActivationMap): string {
  let peak = { value: 0, x: 0, y: 0 };
  map.forEach((row, j) =>
    row.forEach((value, i) => {
      if (value > peak.value) peak = { value, x: (i + 0.5) / row.length, y: (j + 0.5) / map.length };
    }),
  );
  if (peak.value <= 0) return "nothing speaks for this class";
  const [row, column] = [ROWS[Math.floor(3 * peak.y)] ?? "middle", COLUMNS[Math.floor(3 * peak.x)] ?? "middle"];
  const place = row === column ? "in the middle" : `at the ${row} ${column}`;
  return `strongest ${place}, ${Math.round(100 * peak.value)} % of the scale`;
}
