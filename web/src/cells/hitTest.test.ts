import { describe, expect, it } from "vitest";

import { CellIndex, contains } from "./hitTest";

function disc(id: number, x: number, y: number, radius: number) {
  const polygon = Array.from({ length: 48 }, (_, i): [number, number] => {
    const turn = (2 * Math.PI * i) / 48;
    return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
  });
  const box: [number, number, number, number] = [x - radius, y - radius, x + radius, y + radius];
  return { id, polygon, box, area_px: Math.PI * radius * radius };
}
const all = () => true;

describe("CellIndex", () => {
  const big = disc(1, 100, 100, 40);
  const small = disc(2, 120, 100, 8);
  const edge = disc(3, 0, 300, 20);
  const index = new CellIndex([big, small, edge], 400, 310);

  it("finds the smallest outline that holds the point", () => {
    expect(index.at(120, 100, 0, all)).toBe(small);
    expect(index.at(80, 100, 0, all)).toBe(big);
    expect(index.at(200, 200, 0, all)).toBeNull();
  });

  it("sees no corner of a box as part of a cell", () => expect(index.at(62, 62, 0, all)).toBeNull());

  it("passes over cells that are not accepted", () => {
    expect(index.at(120, 100, 0, (c) => c !== small)).toBe(big);
  });

  it("reaches a little further where the pointer is coarse", () => {
    expect(index.at(150, 100, 0, all)).toBeNull();
    expect(index.at(150, 100, 12, all)).toBe(big);
  });

  it("finds cells that reach beyond the picture, and nothing outside them", () => {
    expect(index.at(3, 305, 0, all)).toBe(edge);
    expect(index.at(-500, 9999, 3, all)).toBeNull();
  });

  it("agrees with looking at every cell, for thousands of them", () => {
    let seed = 1;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const cells = Array.from({ length: 2000 }, (_, i) => disc(i, random() * 4000, random() * 3000, 5 + random() * 30));
    const many = new CellIndex(cells, 4000, 3000);
    for (let i = 0; i < 100; i++) {
      const [x, y] = [random() * 4000, random() * 3000];
      const holding = cells.filter((c) => contains(c.polygon, x, y)).sort((a, b) => a.area_px - b.area_px);
      expect(many.at(x, y, 0, all)).toBe(holding[0] ?? null);
    }
  });
});

describe("contains", () => {
  it("handles outlines that fold inwards", () => {
    const hook: [number, number][] = [[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [0, 2]];
    expect(contains(hook, 9, 9)).toBe(true);
    expect(contains(hook, 4, 6)).toBe(false);
    expect(contains([], 0, 0)).toBe(false);
  });
});
