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
