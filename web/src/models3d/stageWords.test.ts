import { describe, expect, it } from "vitest";

import { barOf } from "./stageWords";

const views = [{ frame: { left: 0, top: 0, width: 600, height: 400 }, anchors: [] }];

describe("scale bar of the 3D view", () => {
  it("is as long as it says", () => {
    for (const zoom of [0.37, 4, 51.3, 900]) {
      const bar = barOf({ zoom, views }, "µm", false);
      expect(bar?.widthPx).toBeCloseTo(Number.parseFloat(bar?.text ?? "") * zoom, 6);
      expect(bar?.widthPx).toBeLessThanOrEqual(150);
    }
  });

  it("tells the unit, and an estimate", () => {
    expect(barOf({ zoom: 50, views }, "µm", true)?.text).toBe("≈ 2 µm");
    expect(barOf({ zoom: 3, views }, "mm", false)?.text).toBe("50 mm");
  });
});
