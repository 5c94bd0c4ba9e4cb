import { expect, it } from "vitest";

import { completed } from "./client";

const earlier = {
  schema: "cytovox.smear-findings/1",
  source: "a.png",
  width: 9,
  height: 9,
  scale: { mpp_um: null, origin: "unknown" as const, relative_sd: null, red_cells: 0 },
  warnings: [],
  counts: [],
  provenance: { cytovox_version: "0.1.0", created_utc: "", models: [], options: {}, input_sha256: "" },
  notice: "",
  cells: [
    {
      id: 1,
      label: "monocyte",
      coarse: "white_cell" as const,
      score: 1,
      confidence: 0.9,
      probabilities: { monocyte: 0.9 },
      box: [0, 0, 1, 1] as [number, number, number, number],
      polygon: [],
      area_px: 1,
      area_um2: null,
    },
  ],
};

it("findings from before there were sets open as those of a model without sets", () => {
  const findings = completed(earlier);
  expect(findings.level).toBeNull();
  expect(findings.cells[0]).toMatchObject({ best: "monocyte", unidentified: false, unfamiliarity: null });
  expect(findings).toMatchObject({ parasitaemia: null, map_pixels: null });
  expect(findings.cells[0]).toMatchObject({ nucleus_polygons: [], morphometry: { lobes: null } });
});

it("what findings say is left as it is", () => {
  const told = { best: "basophil", unidentified: true, prediction_set: [], unfamiliarity: 3 };
  const findings = completed({ ...earlier, level: 0.9, cells: earlier.cells.map((cell) => ({ ...cell, ...told })) });
  expect(findings.level).toBe(0.9);
  expect(findings.cells[0]).toMatchObject(told);
});
