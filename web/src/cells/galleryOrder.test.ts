import { expect, it } from "vitest";

import type { Cell } from "../api/types";
import { galleryCells } from "./galleryOrder";
import { UNMEASURED } from "./morphometry";

const cell = (id: number, over: Partial<Cell>): Cell => ({
  id,
  label: "monocyte",
  coarse: "white_cell",
  score: 1,
  confidence: 0.9,
  probabilities: {},
  box: [0, 0, 1, 1],
  polygon: [],
  area_px: 1,
  area_um2: null,
  best: "monocyte",
  unidentified: false,
  prediction_set: ["monocyte"],
  unfamiliarity: 0,
  nucleus_polygons: [],
  morphometry: UNMEASURED,
  reviewed: null,
  ...over,
});

const cells = [
  cell(1, { confidence: 0.7 }),
  cell(2, { coarse: "red_cell", label: "red_cell", prediction_set: ["red_cell"], unfamiliarity: null }),
  cell(3, { label: "basophil", prediction_set: ["basophil", "monocyte"] }),
  cell(4, { coarse: "unidentified", label: "unidentified", unidentified: true }),
  cell(5, { label: "basophil", confidence: 0.99, prediction_set: ["basophil"] }),
  cell(6, { prediction_set: [] }),
  cell(7, { label: "basophil", prediction_set: ["basophil", "monocyte", "lymphocyte"] }),
];
const ids = (found: Cell[]) => found.map((c) => c.id);

it("leaves out the cells that the classifier did not see, and keeps classes together, the surest first", () => {
  expect(ids(galleryCells(cells, "class", false))).toEqual([5, 3, 7, 6, 1, 4]);
});

it("puts what needs a look first: not named, typical of nothing, longest set, least sure", () => {
  expect(ids(galleryCells(cells, "doubt", false))).toEqual([4, 6, 7, 3, 1, 5]);
});

it("can leave out what is certain", () => {
  expect(ids(galleryCells(cells, "doubt", true))).toEqual([4, 6, 7, 3]);
});

it("shows infected red cells and clumps after the white cells", () => {
  const found = { unfamiliarity: null, confidence: 0.9 };
  const more = [
    cell(8, { ...found, coarse: "red_cell", label: "infected_red_cell" }),
    cell(9, { ...found, coarse: "platelet", label: "platelet_clump" }),
    cell(10, { ...found, coarse: "platelet", label: "platelet" }),
  ];
  expect(ids(galleryCells([...more, ...cells], "class", false))).toEqual([5, 3, 7, 6, 1, 4, 8, 9]);
});
