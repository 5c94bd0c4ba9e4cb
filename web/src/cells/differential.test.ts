import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import type { ClassCount, Taxonomy } from "../api/types";
import { classStyles } from "./classStyles";
import { classKeys, differential } from "./differential";

const BLOOD = new URL("../../../src/cytovox/domain/taxonomies/blood.json", import.meta.url);
const styles = classStyles(JSON.parse(readFileSync(BLOOD, "utf8")) as Taxonomy);

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
  ], styles);

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
    const none = differential([count("neutrophil", "white_cell", 0), count("erythroblast", "white_cell", 1)], styles);
    expect(none.groups[0]?.rows.every((r) => r.share === null && r.perHundredWhite === null)).toBe(true);
  });

  it("counts the finer classes under their group, which carries their sum and its own interval", () => {
    const { groups, whiteCells } = differential(
      [
        count("neutrophil_band", "white_cell", 2),
        count("neutrophil_segmented", "white_cell", 5),
        count("lymphocyte", "white_cell", 3),
      ],
      styles,
    );
    const neutrophil = groups[0]?.rows[0];
    expect(whiteCells).toBe(10);
    expect(neutrophil).toMatchObject({ key: "neutrophil", name: "neutrophil", count: 7, share: { percent: 70 } });
    expect(neutrophil?.finer.map((f) => [f.key, f.count, f.share?.percent])).toEqual([
      ["neutrophil_segmented", 5, 50],
      ["neutrophil_band", 2, 20],
    ]);
    expect(neutrophil && classKeys(neutrophil)).toEqual(["neutrophil_segmented", "neutrophil_band"]);
  });

  it("shows cells that are known to be of a group and no more as a kind of their own", () => {
    const { groups } = differential(
      [count("neutrophil", "white_cell", 1), count("neutrophil_band", "white_cell", 2)],
      styles,
    );
    expect(groups[0]?.rows[0]?.count).toBe(3);
    expect(groups[0]?.rows[0]?.finer.map((f) => [f.name, f.count])).toEqual([
      ["neutrophil_band", 2],
      ["neutrophil of a kind not told", 1],
    ]);
  });

  it("keeps cells that were not named out of the shares, and counts them apart", () => {
    const found = differential(
      [count("lymphocyte", "white_cell", 3), count("unidentified", "unidentified", 7)],
      styles,
    );
    expect(found.groups[0]?.rows[0]?.share?.percent).toBe(100);
    expect(found.groups[1]).toMatchObject({ coarse: "unidentified", total: 7, rows: [{ share: null }] });
    expect(found).toMatchObject({ unidentified: 7, whiteCells: 3, total: 10 });
  });
});
