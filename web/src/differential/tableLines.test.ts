import { expect, it } from "vitest";

import type { DifferentialCount, DifferentialRow } from "../api/types";
import { cellsOf, linesWithCells, tableGroups } from "./tableLines";

const row = (key: string, count: number, parent: string | null = null): DifferentialRow => ({
  key,
  name: key.replaceAll("_", " "),
  colour: "#ffffff",
  parent,
  count,
  percent: 10 * count,
  low: 0,
  high: 100,
  reference: null,
  standing: null,
  flag: null,
});

const none = { count: 0, of: 0, value: null, low: null, high: null };
const found: DifferentialCount = {
  schema: "cytovox.differential/1",
  material: "blood",
  pictures: 1,
  counted_cells: "white cells",
  total: 10,
  progress: { counted: 10, targets: [100, 200, 400], target: 100, missing: 90, half_width: 30 },
  interval: "exact",
  rows: [
    row("neutrophil", 7),
    row("neutrophil_segmented", 5, "neutrophil"),
    row("neutrophil_band", 2, "neutrophil"),
    row("lymphocyte", 3),
    row("monocyte", 0),
  ],
  apart: [{ key: "erythroblast", name: "erythroblast", colour: "#ffffff", count: 2 }],
  nucleated_red_cells: { count: 2, of: 10, value: 20, low: 2, high: 70 },
  marrow: null,
  red_cells: { count: 130, infected: 4, parasitaemia: { count: 4, percent: 3, low: 1, high: 8 }, sizes: null },
  platelets: { count: 9, clumps: 0, per_1000_red_cells: none },
  flags: [],
  notice: "",
};

it("has subtypes with cells below their type, and types without cells, too", () => {
  const [counted] = tableGroups(found);
  expect(counted).toMatchObject({ name: "White cells", total: 10 });
  expect(counted?.lines.map((line) => line.key)).toEqual(["neutrophil", "lymphocyte", "monocyte"]);
  expect(counted?.lines[0]?.finer.map((line) => line.key)).toEqual(["neutrophil_segmented", "neutrophil_band"]);
});

it("takes off the picture what a line counts", () => {
  const labels = (changed: DifferentialRow[]) => tableGroups({ ...found, rows: changed })[0]?.lines[0]?.labels;
  const below = [row("neutrophil_segmented", 5, "neutrophil"), row("neutrophil_band", 2, "neutrophil")];
  expect(labels([row("neutrophil", 7), ...below])).toEqual(["neutrophil_segmented", "neutrophil_band"]);
  expect(labels([row("neutrophil", 8), ...below])).toEqual(["neutrophil", "neutrophil_segmented", "neutrophil_band"]);
  expect(labels([row("neutrophil", 8)])).toEqual(["neutrophil"]);
});

it("counts healthy and infected red cells apart, and every cell once", () => {
  const groups = tableGroups(found);
  const red = groups.find((group) => group.key === "red_cells");
  expect(red?.lines.map((line) => [line.key, line.count, line.share?.percent])).toEqual([
    ["red_cell", 126, undefined],
    ["infected_red_cell", 4, 3],
  ]);
  expect(cellsOf(groups)).toBe(10 + 2 + 130 + 9);
});

it("gives erythroblasts of blood per 100 white cells", () => {
  const apart = tableGroups(found).find((group) => group.key === "apart");
  expect(apart?.lines[0]).toMatchObject({ key: "erythroblast", ratio: "20 / 100", share: null });
});

it("leaves out groups without lines, and of the numbered ones those without cells", () => {
  const groups = tableGroups({ ...found, apart: [] });
  expect(groups.map((group) => group.key)).toEqual(["counted", "red_cells", "platelets"]);
  expect(linesWithCells(groups).map((line) => line.key)).toEqual(["neutrophil", "lymphocyte", "red_cell", "infected_red_cell", "platelet"]);
});
