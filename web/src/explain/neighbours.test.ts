import { describe, expect, it } from "vitest";

import type { ClassStyles } from "../cells/classStyles";
import { describeNearest, describeNeighbours } from "./neighbours";

const styles: ClassStyles = new Map();
const called = (...labels: string[]) => labels.map((label) => ({ label }));

describe("how alike the nearest is", () => {
  it("is told only where it is hardly alike", () => {
    expect(describeNearest([{ similarity: 0.38 }])).toContain("None of them looks much like it");
    expect(describeNearest([{ similarity: 0.9 }, { similarity: 0.2 }])).toBeNull();
    expect(describeNearest([])).toBeNull();
  });
});

describe("what the cells most alike are called", () => {
  it("counts the classes, the most frequent first", () => {
    expect(describeNeighbours(called("lymphocyte", "monocyte", "monocyte"), styles)).toBe(
      "Of the 3 cells most like it, 2 are called monocyte, 1 lymphocyte.",
    );
  });
  it("says where they agree", () => {
    expect(describeNeighbours(called("monocyte", "monocyte"), styles)).toBe(
      "All 2 cells most like it are called monocyte.",
    );
    expect(describeNeighbours(called("neutrophil_band"), styles)).toBe(
      "The cell most like it is called neutrophil band.",
    );
  });
  it("says nothing of none", () => {
    expect(describeNeighbours([], styles)).toBe("");
  });
});
