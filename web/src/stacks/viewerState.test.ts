import { expect, it } from "vitest";

import { changing, FITTED, stateAtFirst, zoomedAbout } from "./viewerState";

const plane = (count: number) => ({
  count,
  width: 1,
  height: 1,
  pixel_mm: [1, 1] as [number, number],
  letters: { left: "R", right: "L", top: "A", bottom: "P" },
});
const change = changing({ planes: { axial: plane(10), coronal: plane(20), sagittal: plane(30) } });
const first = stateAtFirst({ axial: 5, coronal: 10, sagittal: 15 }, { middle: 40, width: 400 });

it("scrolls within the stack and moves the other planes' cross with it", () => {
  expect(change(first, { kind: "scroll", plane: "axial", by: 3 }).place).toEqual({ axial: 8, coronal: 10, sagittal: 15 });
  expect(change(first, { kind: "scroll", plane: "axial", by: 99 }).place.axial).toBe(9);
  expect(change(first, { kind: "setIndex", plane: "sagittal", index: -4 }).place.sagittal).toBe(0);
});

it("hides organs, shows one alone, and all again", () => {
  const hidden = change(first, { kind: "toggleOrgan", label: 5 });
  expect([...hidden.hidden]).toEqual([5]);
  expect(change(hidden, { kind: "toggleOrgan", label: 5 }).hidden.size).toBe(0);
  const alone = change(first, { kind: "showOnly", labels: [1], all: [1, 2, 5] });
  expect([...alone.hidden]).toEqual([2, 5]);
  expect(change(alone, { kind: "showOnly", labels: null, all: [1, 2, 5] }).hidden.size).toBe(0);
});

it("zooms about a point that stays in place", () => {
  const near = zoomedAbout(FITTED, 2, { x: 0.25, y: 0.5 });
  expect(near).toEqual({ zoom: 2, x: 0.375, y: 0.5 });
  // The point's distance from the pane's middle, in pane sides, is what it was.
  expect((0.25 - near.x) * near.zoom).toBeCloseTo((0.25 - FITTED.x) * FITTED.zoom);
  expect(change(first, { kind: "setLens", plane: "axial", lens: { zoom: 0.5, x: 0.9, y: 0 } }).lenses.axial).toEqual(FITTED);
});
