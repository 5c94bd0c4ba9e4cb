import { describe, expect, it } from "vitest";

import {
  breakable,
  describeCounts,
  describeScale,
  formatAge,
  formatArea,
  formatBytes,
  formatDiameter,
  formatPercent,
  formatShare,
  nameWithin,
} from "./format";

describe("formatPercent", () => {
  it.each([
    [0.974, "97 %"],
    [1, "100 %"],
    [0.9999, "99.9 %"],
    [0.995, "99.5 %"],
    [0.994, "99 %"],
    [0.004, "0.4 %"],
    [0.0002, "< 0.1 %"],
    [0, "0 %"],
  ])("%f is %s", (fraction, text) => expect(formatPercent(fraction)).toBe(text));
});

it.each([
  [4, "4"],
  [5.26, "5.3"],
  [9.96, "10"],
  [57.4, "57"],
  [0, "0"],
])("a share of %f is written %s", (percent, text) => expect(formatShare(percent)).toBe(text));

describe("describeScale", () => {
  it("says that an estimate is one, from how many cells and how sure", () => {
    const text = describeScale({ mpp_um: 0.09812, origin: "estimated", relative_sd: 0.04, red_cells: 1310 });
    expect(text).toBe("0.0981 µm per pixel, estimated from 1,310 red cells, ± 4 %");
  });
  it("leaves out an uncertainty that is not known", () => {
    const text = describeScale({ mpp_um: 0.1, origin: "estimated", relative_sd: null, red_cells: 1 });
    expect(text).toBe("0.1 µm per pixel, estimated from 1 red cell");
  });
  it("names the other origins", () => {
    const scale = { mpp_um: 0.25, relative_sd: null, red_cells: 0 };
    expect(describeScale({ ...scale, origin: "given" })).toContain("as given");
    expect(describeScale({ ...scale, origin: "metadata" })).toContain("from the file");
    expect(describeScale({ ...scale, mpp_um: null, origin: "unknown" })).toContain("unknown");
  });
});

it("a red cell of 44 µm² is as wide as a disc of 7.5 µm", () => {
  expect(formatDiameter(44.18)).toBe("7.5 µm");
  expect(formatArea(44.18)).toBe("44 µm²");
  expect(formatArea(4.18)).toBe("4.2 µm²");
});

it.each([
  [10_000_000, "10 MB"],
  [12_345_678, "12 MB"],
  [1_500_000, "1.5 MB"],
  [20_000, "20 kB"],
])("%i bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it.each([
  [10, "just now"],
  [12 * 60, "12 min ago"],
  [3 * 3600, "3 h ago"],
  [3 * 86400, "17 Jan 2026"],
])("%i seconds ago", (seconds, text) => {
  const now = new Date("2026-01-20T12:00:00Z");
  expect(formatAge(new Date(now.getTime() - 1000 * seconds).toISOString(), now)).toBe(text);
});

it("names what was counted, and what was not named only where there is any", () => {
  const counts = { red_cells: 1300, white_cells: 12, platelets: 1, unidentified: 0 };
  expect(describeCounts(counts)).toBe("1,300 red · 12 white · 1 platelet");
  expect(describeCounts({ ...counts, unidentified: 2 })).toBe("1,300 red · 12 white · 1 platelet · 2 unidentified");
});

it("a finer class needs its group's name only away from the group", () => {
  expect(nameWithin("band neutrophil", "neutrophil")).toBe("band");
  expect(nameWithin("myelocyte", "immature granulocyte")).toBe("myelocyte");
});

it("long names may be parted between their parts", () => {
  expect(breakable("Metamyelocyte")).toBe("Metamyelo\u00adcyte");
  expect(breakable("Segmented neutrophil")).toBe("Seg\u00admented neutro\u00adphil");
});
