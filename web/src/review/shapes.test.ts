import { expect, it } from "vitest";

import { areaOf, boxOf, disc, handDrawn, usualDiameter } from "./shapes";
import type { Polygon } from "./types";

const PICTURE = { width: 200, height: 100 };
const circle = (corners: number, radius: number): Polygon =>
  Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return [60 + radius * Math.cos(angle), 50 + radius * Math.sin(angle)];
  });

it("measures a rectangle either way round", () => {
  const rectangle: Polygon = [[2, 1], [12, 1], [12, 5], [2, 5]];
  expect(areaOf(rectangle)).toBe(40);
  expect(areaOf([...rectangle].reverse())).toBe(40);
  expect(boxOf(rectangle)).toEqual([2, 1, 12, 5]);
});

it("makes a disc of the wanted area, cut off where the picture ends", () => {
  expect(areaOf(disc(60, 50, 40, PICTURE)) / (Math.PI * 400)).toBeCloseTo(1, 1);
  expect(boxOf(disc(0, 50, 40, PICTURE))[0]).toBe(0);
});

it("keeps the shape of a line drawn by hand with a tenth of its corners", () => {
  const drawn = handDrawn(circle(400, 30), PICTURE);
  expect(drawn.length).toBeLessThan(40);
  expect(drawn.length).toBeGreaterThan(8);
  expect(areaOf(drawn) / (Math.PI * 900)).toBeCloseTo(1, 1);
  expect(handDrawn([[-5, 20], [300, 20], [40, 150]], PICTURE)).toEqual([[0, 20], [200, 20], [40, 100]]);
});

it("takes the middle white cell for the usual size", () => {
  const cell = (coarse: "white_cell" | "red_cell", diameter: number) => ({ coarse, area_px: (Math.PI * diameter ** 2) / 4 });
  const cells = [cell("red_cell", 10), cell("white_cell", 30), cell("white_cell", 20), cell("white_cell", 90)];
  expect(usualDiameter(cells, PICTURE)).toBeCloseTo(30);
  expect(usualDiameter(cells.slice(0, 1), PICTURE)).toBeCloseTo(10);
  expect(usualDiameter([], PICTURE)).toBeGreaterThan(0);
});

it("cuts off what a hand drew past the place where it began", () => {
  const past = [...circle(100, 30), ...circle(100, 30).slice(0, 8).map(([x, y]): [number, number] => [x - 3, y + 2])];
  const tailed: Polygon = [[20, 30], ...past];
  const drawn = handDrawn(tailed, PICTURE);
  expect(crossings(drawn)).toBe(0);
  expect(areaOf(drawn) / (Math.PI * 900)).toBeCloseTo(1, 0);
});

it("keeps the larger round of an eight, and nothing of a mere stroke", () => {
  const eight = handDrawn([[10, 10], [60, 60], [60, 10], [10, 60], [5, 50]], PICTURE);
  expect(crossings(eight)).toBe(0);
  expect(eight.length).toBeGreaterThanOrEqual(3);
  expect(handDrawn([[10, 10], [40, 10], [20, 10]], PICTURE)).toEqual([]);
});

it("makes something simple, or nothing, of any scribble", () => {
  let seed = 3;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let scribble = 0; scribble < 60; scribble++) {
    const line = Array.from({ length: 25 }, (): [number, number] => [200 * random(), 100 * random()]);
    expect(crossings(handDrawn(line, PICTURE))).toBe(0);
  }
});

/** Pairs of edges that cross properly, counted the plain way. */
function crossings(outline: Polygon): number {
  const edges = outline.map((point, i) => [point, outline[(i + 1) % outline.length] ?? point] as const);
  const side = (p: readonly number[], q: readonly number[], r: readonly number[]) =>
    Math.sign(((q[0] ?? 0) - (p[0] ?? 0)) * ((r[1] ?? 0) - (p[1] ?? 0)) - ((q[1] ?? 0) - (p[1] ?? 0)) * ((r[0] ?? 0) - (p[0] ?? 0)));
  let found = 0;
  edges.forEach(([a, b], i) =>
    edges.slice(i + 1).forEach(([c, d]) => {
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) found++;
    }),
  );
  return found;
}
