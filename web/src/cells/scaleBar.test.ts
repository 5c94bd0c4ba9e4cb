import { expect, it } from "vitest";

import { scaleBarLength } from "./scaleBar";

it.each([
  [0.1, 140, 10],
  [0.05, 140, 5],
  [1, 140, 100],
  [0.021, 100, 2],
  [0.001, 140, 0.1],
])("at %f µm a pixel a bar of at most %i px shows %f µm", (umPerPx, widest, um) => {
  const bar = scaleBarLength(umPerPx, widest);
  expect(bar?.um).toBe(um);
  expect(bar?.widthPx).toBeCloseTo(um / umPerPx);
  expect(bar?.widthPx).toBeLessThanOrEqual(widest);
  expect(bar?.widthPx).toBeGreaterThan(widest / 2.6);
});

it("is nothing without a scale", () => {
  expect(scaleBarLength(0, 140)).toBeNull();
  expect(scaleBarLength(Number.NaN, 140)).toBeNull();
});
