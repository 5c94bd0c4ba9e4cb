import { describe, expect, it } from "vitest";

import { layoutLabels } from "./labelLayout";

const FRAME = { left: 0, top: 0, width: 400, height: 300 };
const dot = (name: string, x: number, y: number) => ({ name, points: [[x, y] as const] });

describe("labels of parts", () => {
  it("stand outside of what they name, alternating sides", () => {
    const labels = layoutLabels([dot("a", 150, 100), dot("b", 250, 200)], FRAME, 60);
    expect(labels.map((l) => l.side)).toEqual(["right", "left"]);
    expect(labels[0]?.from[0]).toBeGreaterThan(250);
    expect(labels[1]?.from[0]).toBeLessThan(150);
  });

  it("lead to the outermost place on their side", () => {
    const ring = { name: "ring", points: [[100, 50], [300, 60], [200, 90]] as const };
    expect(layoutLabels([ring], FRAME, 60)[0]?.to).toEqual([300, 60]);
  });

  it("keep a row between them and stay in the frame", () => {
    const many = Array.from({ length: 8 }, (_, i) => dot(String(i), 200, 290 - i));
    const labels = layoutLabels(many, FRAME, 60);
    for (const side of ["left", "right"]) {
      const rows = labels.filter((l) => l.side === side).map((l) => l.from[1]).sort((a, b) => a - b);
      rows.slice(1).forEach((y, i) => expect(y - (rows[i] ?? 0)).toBeGreaterThanOrEqual(24));
      expect(Math.max(...rows)).toBeLessThanOrEqual(282);
    }
  });

  it("stand above, within the frame, where there is no room at the sides", () => {
    const labels = layoutLabels([dot("a", 30, 200), dot("b", 380, 210)], FRAME, 90);
    expect(labels.map((l) => [l.name, l.side])).toEqual([["a", "left"], ["b", "right"]]);
    for (const { side, from } of labels) {
      expect(side === "left" ? from[0] - 90 : 400 - 90 - from[0]).toBeGreaterThanOrEqual(0);
      expect(from[1]).toBeLessThan(200);
    }
  });

  it("stand in one column above where there is room for one", () => {
    const labels = layoutLabels([dot("a", 30, 200), dot("b", 180, 210)], { ...FRAME, width: 200 }, 120);
    expect(labels.map((l) => [l.name, l.side])).toEqual([["b", "left"], ["a", "left"]]);
  });

  it("are none of nothing", () => {
    expect(layoutLabels([{ name: "a", points: [] }], FRAME, 60)).toEqual([]);
  });
});
