import { expect, it } from "vitest";

import type { TrendSmear } from "../api/types";
import { firstShown, seriesOf } from "./trendSeries";

interface Told {
  rows: [key: string, count: number, parent?: string][];
  total: number;
  infected?: number;
}

function smear(date: string, { rows, total, infected }: Told): TrendSmear {
  const share = (count: number) => (total > 0 ? { count, percent: (100 * count) / total, low: 0, high: 100 } : { count, percent: null, low: null, high: null });
  const none = { count: 0, of: 0, value: null, low: null, high: null };
  return {
    date,
    collected: true,
    specimen: null,
    cases: [date],
    material: "blood",
    differential: {
      schema: "cytovox.differential/1",
      material: "blood",
      pictures: 1,
      counted_cells: "white cells",
      total,
      progress: { counted: total, targets: [100], target: 100, missing: 0, half_width: null },
      interval: "",
      rows: rows.map(([key, count, parent]) => ({
        key,
        name: key,
        colour: "#ffffff",
        parent: parent ?? null,
        ...share(count),
        reference: key === "neutrophil" ? { low: 40, high: 75, source: "a book" } : null,
        standing: null,
        flag: null,
      })),
      apart: [],
      nucleated_red_cells: null,
      marrow: null,
      red_cells: { count: 100, infected: infected ?? null, parasitaemia: infected === undefined ? null : share(infected), sizes: null },
      platelets: { count: 0, clumps: 0, per_1000_red_cells: none },
      flags: [],
      notice: "",
    },
  };
}

const smears = [
  smear("2026-03-02", { total: 50, rows: [["neutrophil", 30], ["neutrophil_band", 3, "neutrophil"], ["basophil", 0], ["lymphocyte", 20]] }),
  smear("2026-03-09", { total: 100, rows: [["neutrophil", 80], ["basophil", 0], ["lymphocyte", 20]], infected: 2 }),
  smear("2026-03-10", { total: 0, rows: [["neutrophil", 0]] }),
];

it("follows each type, not its subtypes, over the smears that counted cells", () => {
  const series = seriesOf(smears);
  expect(series.map((one) => one.key)).toEqual(["neutrophil", "basophil", "lymphocyte", "parasitaemia"]);
  expect(series[0]?.points.map((point) => [point.date, point.percent])).toEqual([
    ["2026-03-02", 60],
    ["2026-03-09", 80],
  ]);
  expect(series[0]?.reference).toMatchObject({ low: 40, high: 75 });
  expect(series[3]?.points.map((point) => point.count)).toEqual([2]);
});

it("shows at first what has cells, and parasites", () => {
  expect(firstShown(seriesOf(smears))).toEqual(["neutrophil", "lymphocyte", "parasitaemia"]);
  expect(firstShown([])).toEqual([]);
});
