/** Where labels end on a plane: the edges between pixels, so that an outline is as exact as the label map. */
import type { PlaneNumbers } from "./stackApi";

/** Ends of straight edges, x and y of pixel corners: x1, y1, x2, y2, ... */
export type Edges = number[];

/** Edges of each label of a plane, in runs as long as they are straight. */
export function edgesOf({ width, height, numbers }: PlaneNumbers): Map<number, Edges> {
  const edges = new Map<number, Edges>();
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : (numbers[y * width + x] ?? 0));
  // Each edge is told twice where two organs touch, once for either: each keeps its outline when the other is hidden.
  for (let y = 0; y <= height; y++) {
    addRuns(edges, width, (x) => [at(x, y - 1), at(x, y)], (from, to) => [from, y, to, y]);
  }
  for (let x = 0; x <= width; x++) {
    addRuns(edges, height, (y) => [at(x - 1, y), at(x, y)], (from, to) => [x, from, x, to]);
  }
  return edges;
}

function addRuns(
  edges: Map<number, Edges>,
  length: number,
  sides: (at: number) => [number, number],
  edge: (from: number, to: number) => [number, number, number, number],
): void {
  for (const side of [0, 1] as const) {
    let [start, label] = [0, 0];
    for (let at = 0; at <= length; at++) {
      const both = at < length ? sides(at) : ([0, 0] as const);
      const here = both[0] === both[1] ? 0 : both[side];
      if (here === label) continue;
      if (label !== 0) {
        const own = edges.get(label);
        if (own) own.push(...edge(start, at));
        else edges.set(label, [...edge(start, at)]);
      }
      [start, label] = [at, here];
    }
  }
}
