import { describe, expect, it } from "vitest";

import type { Upload } from "./types";
import { choicesOf } from "./uploadChoices";

const scan = (number: number, description: string, unsuitable = "") => ({
  number,
  description,
  modality: "CT" as const,
  shape: [12, 20, 30] as [number, number, number],
  unsuitable,
});
const upload = (more: Partial<Upload>): Upload => ({
  series: { taken: 1, scans: [scan(1, "abdomen")] },
  label_maps: [],
  label_map: null,
  own_file: false,
  ...more,
});
const titles = (found: { title: string }[]) => found.map((choice) => choice.title);

describe("what may be opened of an upload", () => {
  it("is nothing where there is one scan and no label map", () => {
    expect(choicesOf(upload({}))).toEqual({ series: [], labelMaps: [] });
  });

  it("is each other series, and why one cannot be opened", () => {
    const scans = [scan(1, "abdomen"), scan(2, "", "colour pictures"), scan(3, "chest")];
    const { series } = choicesOf(upload({ series: { taken: 1, scans } }));
    expect(series).toMatchObject([
      { title: "Series 2", detail: "colour pictures", possible: false },
      { title: "chest", detail: "CT, 12 slices of 30 × 20", possible: true, wish: { number: 3 } },
    ]);
  });

  it("is the models where the only label map was taken by itself", () => {
    const { labelMaps } = choicesOf(upload({ label_maps: ["seg.nii.gz"] }));
    expect(labelMaps).toMatchObject([{ title: "Without a label map", wish: { number: 1, labelMap: "none" } }]);
  });

  it("is each label map by its number where several may be meant", () => {
    const { labelMaps } = choicesOf(upload({ label_maps: ["a", "a"] }));
    expect(labelMaps.map((choice) => choice.wish.labelMap)).toEqual(["1", "2", "none"]);
  });

  it("is not what was asked for already", () => {
    const label_maps = ["a", "b"];
    expect(titles(choicesOf(upload({ label_maps, label_map: "2" })).labelMaps)).toEqual(["a", "Without a label map"]);
    expect(titles(choicesOf(upload({ label_maps, label_map: "none" })).labelMaps)).toEqual(["a", "b"]);
    expect(titles(choicesOf(upload({ label_maps: ["a"], own_file: true })).labelMaps)).toEqual(["a", "Without a label map"]);
  });
});
