import { describe, expect, it } from "vitest";

import { atlasHref, found, viewOf } from "./atlasAddress";

const lesson = (name: string, lineage: string, code = "") => ({
  name,
  short: name.slice(0, 3).toUpperCase(),
  summary: "A cell.",
  lineage,
  lineage_name: lineage,
  codes: code ? [{ system: "SNOMED CT", code, display: name }] : [],
});

describe("the atlas's address", () => {
  it("is read back as it was written", () => {
    const view = { cell: "monocyte", beside: "lymphocyte", text: "large cell", lineage: "monocytes" };
    expect(viewOf(atlasHref(view).replace("/atlas", ""))).toEqual(view);
    expect(atlasHref({})).toBe("/atlas");
  });
});

describe("the search of the atlas", () => {
  const lessons = [lesson("blast", "blasts", "312256009"), lesson("monocyte", "monocytes")];
  it("finds names, letters and codes in any case", () => {
    expect(found(lessons, { text: "BLAST", lineage: null })).toHaveLength(1);
    expect(found(lessons, { text: "31225", lineage: null }).map((one) => one.name)).toEqual(["blast"]);
    expect(found(lessons, { text: "cell mon", lineage: null }).map((one) => one.name)).toEqual(["monocyte"]);
  });
  it("keeps to the line of cells", () => {
    expect(found(lessons, { text: "", lineage: "monocytes" })).toHaveLength(1);
    expect(found(lessons, { text: "blast", lineage: "monocytes" })).toEqual([]);
  });
});
