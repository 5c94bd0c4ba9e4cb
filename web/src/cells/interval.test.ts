import { describe, expect, it } from "vitest";

import { share } from "./interval";

// Exact binomial intervals of an observed 5 % (Rümke's table).
describe("share", () => {
  it.each([
    [5, 100, 1.6, 11.3],
    [10, 200, 2.4, 9.0],
    [20, 400, 3.1, 7.6],
    [25, 500, 3.3, 7.3],
  ])("%i of %i has the published interval", (count, total, low, high) => {
    const found = share(count, total);
    expect(found?.percent).toBeCloseTo(5, 10);
    expect(found?.lowPercent).toBeCloseTo(low, 1);
    expect(found?.highPercent).toBeCloseTo(high, 1);
  });

  it("has closed forms at the ends", () => {
    expect(share(0, 20)).toMatchObject({ percent: 0, lowPercent: 0 });
    expect(share(0, 20)?.highPercent).toBeCloseTo(100 * (1 - 0.025 ** (1 / 20)), 6);
    expect(share(20, 20)).toMatchObject({ percent: 100, highPercent: 100 });
    expect(share(20, 20)?.lowPercent).toBeCloseTo(100 * 0.025 ** (1 / 20), 6);
  });

  it("mirrors", () => {
    const [few, many] = [share(3, 17), share(14, 17)];
    expect(100 - (few?.lowPercent ?? 0)).toBeCloseTo(many?.highPercent ?? 0, 6);
  });

  it("stays finite for thousands of cells", () => {
    const found = share(2500, 5000);
    expect(found?.lowPercent).toBeGreaterThan(48.5);
    expect(found?.highPercent).toBeLessThan(51.5);
  });

  it("is nothing where there are no cells", () => expect(share(0, 0)).toBeNull());
});
