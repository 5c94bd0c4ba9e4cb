import { expect, it } from "vitest";

import { standings } from "./standing";

it("puts one model before the eyes, two hands wide", () => {
  const [one] = standings([[6, 1.5, 5]]);
  expect(one?.position).toEqual([0, 1.2, -0.8]);
  expect(12 * (one?.scale ?? 0)).toBeCloseTo(0.4);
});

it("puts two side by side at one scale, not into each other", () => {
  const [left, right] = standings([[6, 1.5, 5], [7, 7, 7]]);
  expect(left?.scale).toBe(right?.scale);
  expect((right?.position[0] ?? 0) - (left?.position[0] ?? 0)).toBeGreaterThanOrEqual(0.4);
});
