import { expect, it } from "vitest";

import { describeUnseen, unseenDoubts } from "./unseenDoubts";

const cell = {
  label: "monocyte",
  best: "monocyte",
  coarse: "white_cell" as const,
  confidence: 0.97,
  probabilities: {},
  prediction_set: ["monocyte"],
  unidentified: false,
  unfamiliarity: 1,
  reviewed: null,
};
const refused = { ...cell, label: "unidentified", coarse: "unidentified" as const, unidentified: true };
const several = { ...cell, prediction_set: ["monocyte", "lymphocyte"] };
const looked = { by: "mw", kind: "confirm" as const, label_before: "monocyte" };

it("counts doubtful cells that nobody has looked at", () => {
  expect(unseenDoubts([cell, refused, several])).toBe(2);
  expect(unseenDoubts([{ ...refused, reviewed: looked }, { ...several, reviewed: looked }])).toBe(0);
  // Red cells that only the finder saw are in nobody's doubt.
  expect(unseenDoubts([{ ...cell, coarse: "red_cell", unfamiliarity: null, confidence: 0.3 }])).toBe(0);
});

it("says so", () => {
  expect(describeUnseen(1)).toMatch(/^One cell is .* at it\.$/);
  expect(describeUnseen(1200)).toMatch(/^1,200 cells are .* at them\.$/);
});
