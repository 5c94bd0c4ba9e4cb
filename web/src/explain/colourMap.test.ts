import { expect, it } from "vitest";

import { viridis, type Rgb } from "./colourMap";

/** Lightness L* of CIELAB (CIE 15:2004), 0 to 100. */
function lightness(colour: Rgb): number {
  const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const y = 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  return y > (6 / 29) ** 3 ? 116 * Math.cbrt(y) - 16 : y * (29 / 3) ** 3;
}

it("gets lighter by even steps from 0 to 1", () => {
  const levels = Array.from({ length: 41 }, (_, i) => lightness(viridis(i / 40)));
  const steps = levels.slice(1).map((level, i) => level - (levels[i] ?? 0));
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  expect(Math.min(...steps)).toBeGreaterThan(0.5 * mean);
  expect(Math.max(...steps)).toBeLessThan(1.6 * mean);
});

it("stays at its ends outside 0 to 1", () => {
  expect(viridis(-1)).toEqual(viridis(0));
  expect(viridis(1)).toEqual([253, 231, 37]);
  expect(viridis(7)).toEqual([253, 231, 37]);
});
