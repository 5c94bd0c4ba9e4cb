import { describe, expect, it } from "vitest";

import { describeMap, paintedMap, valueAt } from "./activation";
import { viridis } from "./colourMap";

const CORNER = [
  [1, 0],
  [0, 0],
];

describe("valueAt", () => {
  it("is the field's own value at its centre and the mean between two centres", () => {
    expect(valueAt(CORNER, 0.25, 0.25)).toBe(1);
    expect(valueAt(CORNER, 0.5, 0.25)).toBeCloseTo(0.5);
    expect(valueAt(CORNER, 0.5, 0.5)).toBeCloseTo(0.25);
  });
  it("does not go beyond the outer fields", () => {
    expect(valueAt(CORNER, 0, 0)).toBe(1);
    expect(valueAt(CORNER, 1, 1)).toBe(0);
    expect(valueAt([[0.4]], 0.9, 0.1)).toBe(0.4);
  });
  it("gives a plane back exactly inside the outer centres", () => {
    const plane = [0, 1, 2, 3].map((j) => [0, 1, 2, 3, 4].map((i) => 0.1 * i + 0.05 * j));
    expect(valueAt(plane, 0.37, 0.61)).toBeCloseTo(0.1 * (0.37 * 5 - 0.5) + 0.05 * (0.61 * 4 - 0.5));
  });
});

describe("paintedMap", () => {
  it("lets the cell show through where nothing speaks for the class", () => {
    const bytes = paintedMap([[0]], 2, 1);
    expect([...bytes].filter((_, i) => i % 4 === 3)).toEqual([0, 0, 0, 0]);
  });
  it("has the scale's colours and the asked opacity where the map is strong", () => {
    const bytes = paintedMap(CORNER, 4, 0.6);
    expect([...bytes.slice(0, 4)]).toEqual([...viridis(1), 153]);
    expect(bytes).toHaveLength(64);
  });
});

describe("describeMap", () => {
  it.each([
    [[[0, 0, 0], [0, 0.8, 0], [0, 0, 0]], "strongest in the middle, 80 % of the scale"],
    [[[1, 0, 0], [0, 0, 0], [0, 0, 0]], "strongest at the upper left, 100 % of the scale"],
    [[[0, 0, 0], [0, 0, 0.5], [0, 0, 0]], "strongest at the middle right, 50 % of the scale"],
    [[[0, 0], [0, 0]], "nothing speaks for this class"],
  ])("%j", (map, words) => expect(describeMap(map)).toBe(words));
});
