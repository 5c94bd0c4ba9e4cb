import { describe, expect, it } from "vitest";

import type { ClassCount } from "../api/types";
import { differential } from "./differential";

const count = (key: string, coarse: ClassCount["coarse"], n: number): ClassCount => ({
  key,
  coarse,
  count: n,
  name: key,
  colour: "#fff",
});

describe("differential", () => {
  const found = differential([
    count("red_cell", "red_cell", 130),
    count("platelet", "platelet", 9),
    count("lymphocyte", "white_cell", 3),
    count("neutrophil", "white_cell", 6),
    count("monocyte", "white_cell", 1),
    count("basophil", "white_cell", 0),
    count("erythroblast", "white_cell", 2),
  ]);

  it("puts white cells first, the most frequent on top", () => {
    expect(found.groups.map((g) => g.coarse)).toEqual(["white_cell", "red_cell", "platelet"]);
    expect(found.groups[0]?.rows.map((r) => r.key).slice(0, 3)).toEqual(["neutrophil", "lymphocyte", "erythroblast"]);
  });

  it("takes shares of white cells without erythroblasts, adding to 100", () => {
    const rows = found.groups[0]?.rows ?? [];
    expect(found.whiteCells).toBe(10);
    expect(rows.find((r) => r.key === "neutrophil")?.share?.percent).toBe(60);
    expect(rows.reduce((sum, r) => sum + (r.share?.percent ?? 0), 0)).toBeCloseTo(100);
  });

  it("gives erythroblasts per 100 white cells", () => {
    const row = found.groups[0]?.rows.find((r) => r.key === "erythroblast");
    expect(row).toMatchObject({ share: null, perHundredWhite: 20 });
  });

  it("gives red cells and platelets no share, and counts everything", () => {
    expect(found.groups.slice(1).flatMap((g) => g.rows).every((r) => r.share === null)).toBe(true);
    expect(found.total).toBe(151);
    expect(found.groups[0]?.total).toBe(12);
  });

  it("has no share to give where there is no white cell", () => {
    const none = differential([count("neutrophil", "white_cell", 0), count("erythroblast", "white_cell", 1)]);
    expect(none.groups[0]?.rows.every((r) => r.share === null && r.perHundredWhite === null)).toBe(true);
  });
});
