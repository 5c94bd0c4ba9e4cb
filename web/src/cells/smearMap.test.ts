import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

import type { Taxonomy } from "../api/types";
import { formatMapShare, mapClasses } from "./smearMap";

const MAP = new URL("../../../src/cytovox/domain/taxonomies/smear_map.json", import.meta.url);
const taxonomy = JSON.parse(readFileSync(MAP, "utf8")) as Taxonomy;

it("gives every class its colour and its share of the picture", () => {
  const found = mapClasses({ background: 60, red_cell: 30, neutrophil: 10 }, taxonomy);
  expect(found).toHaveLength(10);
  expect(found[0]).toEqual({ key: "background", name: "background", colour: "#000000", share: 0.6 });
  expect(found.find((c) => c.key === "red_cell")).toMatchObject({ colour: "#00ff00", share: 0.3 });
  expect(found.find((c) => c.key === "monocyte")?.share).toBe(0);
});

it("has no classes where there is no map", () => {
  expect(mapClasses(null, taxonomy)).toEqual([]);
  expect(mapClasses({ background: 1 }, undefined)).toEqual([]);
});

it.each([
  [0.6461, "64.6 %"],
  [0.0001, "< 0.1 %"],
  [0, "0.0 %"],
])("a share of %f is written %s", (share, text) => expect(formatMapShare(share)).toBe(text));
