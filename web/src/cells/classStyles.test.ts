import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import type { Taxonomy } from "../api/types";
import { classStyles, styleOf } from "./classStyles";

const BLOOD = new URL("../../../src/cytovox/domain/taxonomies/blood.json", import.meta.url);
const taxonomy = JSON.parse(readFileSync(BLOOD, "utf8")) as Taxonomy;

describe("styles of the blood taxonomy", () => {
  const styles = classStyles(taxonomy);

  it("follow each class to its coarse class", () => {
    expect(styles.get("neutrophil_band")?.coarse).toBe("white_cell");
    expect(styles.get("infected_red_cell")?.coarse).toBe("red_cell");
    expect(styles.get("platelet_clump")?.coarse).toBe("platelet");
    expect(styles.get("unidentified")?.coarse).toBe("unidentified");
  });

  it("count the finer classes under their group, and others under themselves", () => {
    expect(styles.get("neutrophil_band")?.group).toBe("neutrophil");
    expect(styles.get("myelocyte")?.group).toBe("immature_granulocyte");
    expect(styles.get("lymphocyte")?.group).toBe("lymphocyte");
    expect(styles.get("infected_red_cell")?.group).toBe("infected_red_cell");
    expect(styles.get("white_cell")?.group).toBe("white_cell");
  });

  it("tell any two classes apart without hue: by label, line width or dashes", () => {
    const looks = [...styles.values()].map((s) => `${s.labelled ? s.short : ""}|${s.width}|${s.dash.join()}`);
    expect(new Set(looks).size).toBe(looks.length);
  });

  it("draw an unknown class neutrally in place of failing", () => {
    expect(styleOf(styles, "smudge_cell")).toMatchObject({ name: "smudge cell", short: "SMUD", coarse: "unidentified" });
  });
});
