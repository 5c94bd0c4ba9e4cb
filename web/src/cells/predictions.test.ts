import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import type { Taxonomy } from "../api/types";
import { classStyles } from "./classStyles";
import { describeCell, describeReview, describeSet, doubtOf, rankedClasses, wasClassified, type Predicted } from "./predictions";

const BLOOD = new URL("../../../src/cytovox/domain/taxonomies/blood.json", import.meta.url);
const styles = classStyles(JSON.parse(readFileSync(BLOOD, "utf8")) as Taxonomy);

const cell = (over: Partial<Predicted>): Predicted => ({
  label: "neutrophil_segmented",
  best: "neutrophil_segmented",
  confidence: 0.5,
  probabilities: { neutrophil_segmented: 0.5, monocyte: 0.3, neutrophil_band: 0.15 },
  prediction_set: ["neutrophil_segmented"],
  unidentified: false,
  unfamiliarity: 1.5,
  ...over,
});

describe("doubtOf", () => {
  it("leaves a cell alone whose set has one class, however modest its probability", () => {
    expect(doubtOf(cell({}))).toBeNull();
  });
  it("names each reason to look", () => {
    expect(doubtOf(cell({ prediction_set: ["neutrophil_band", "neutrophil_segmented"] }))).toBe("several");
    expect(doubtOf(cell({ prediction_set: [] }))).toBe("untypical");
    expect(doubtOf(cell({ prediction_set: [], unidentified: true }))).toBe("unidentified");
  });
  it("does not call a plain cell doubtful because the strict set leaves a tenth of them out", () => {
    expect(doubtOf(cell({ prediction_set: [], confidence: 0.98 }))).toBeNull();
  });
  it("goes by the probability where a model gives no sets", () => {
    const without = { prediction_set: ["neutrophil_segmented"], unfamiliarity: null };
    expect(doubtOf(cell({ ...without, confidence: 0.55 }))).toBe("unsure");
    expect(doubtOf(cell({ ...without, confidence: 0.95 }))).toBeNull();
  });
});

describe("rankedClasses", () => {
  it("sums finer classes under their group, so that two halves of a group beat one other class", () => {
    const ranked = rankedClasses({ monocyte: 0.4, neutrophil_band: 0.25, neutrophil_segmented: 0.3 }, styles, 3);
    expect(ranked.map((r) => r.key)).toEqual(["neutrophil", "monocyte"]);
    expect(ranked[0]?.probability).toBeCloseTo(0.55);
    expect(ranked[0]?.finer.map((f) => f.key)).toEqual(["neutrophil_segmented", "neutrophil_band"]);
    expect(ranked[1]?.finer).toEqual([]);
  });
  it("keeps the most probable only", () => {
    const ranked = rankedClasses({ monocyte: 0.1, basophil: 0.2, lymphocyte: 0.3, eosinophil: 0.05 }, styles, 3);
    expect(ranked.map((r) => r.key)).toEqual(["lymphocyte", "basophil", "monocyte"]);
  });
});

it("a set is read out as names, an empty one as what it means", () => {
  const both = cell({ prediction_set: ["neutrophil_segmented", "neutrophil_band"] });
  expect(describeSet(both, styles)).toBe("segmented neutrophil or band neutrophil");
  expect(describeSet(cell({ prediction_set: [] }), styles)).toBe("typical of none of its classes");
});

it("a cell that is not named has a guess, called one, with the guess's probability", () => {
  const strange = cell({ label: "unidentified", unidentified: true, confidence: 0.3, best: "monocyte" });
  expect(describeCell(strange, styles)).toBe("unidentified, best guess monocyte, 30 %");
  expect(describeCell(cell({}), styles)).toBe("segmented neutrophil, 50 %");
});

it("red cells were named by the finder alone", () => {
  expect(wasClassified({ coarse: "red_cell", unfamiliarity: null })).toBe(false);
  expect(wasClassified({ coarse: "white_cell", unfamiliarity: null })).toBe(true);
  expect(wasClassified({ coarse: "platelet", unfamiliarity: 3 })).toBe(true);
  expect(wasClassified({ coarse: "unidentified", unfamiliarity: 9 })).toBe(true);
});

it("says who spoke of a cell, and against what", () => {
  const told = (label: string, before: string | null) =>
    describeReview({ label, reviewed: { by: "Ana", kind: "classify", label_before: before } }, styles);
  expect(told("lymphocyte", "monocyte")).toBe("named by Ana; the machine said monocyte");
  expect(told("monocyte", "monocyte")).toBe("confirmed by Ana");
  expect(told("monocyte", null)).toBe("added by Ana");
});

it("doubts no cell that a person named, but one whose outline alone was drawn again", () => {
  const doubtful = cell({ prediction_set: ["monocyte", "lymphocyte"] });
  const by = (kind: "confirm" | "redraw") => doubtOf({ ...doubtful, reviewed: { by: "Ana", kind, label_before: "monocyte" } });
  expect([by("confirm"), by("redraw")]).toEqual([null, "several"]);
});
