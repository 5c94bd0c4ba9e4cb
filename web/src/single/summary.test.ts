import { expect, it } from "vitest";

import type { ClassifiedPicture } from "../api/types";
import { doubtfulFirst, summary } from "./summary";
import type { SingleCell } from "./useSingleCells";

const waiting = (id: number): SingleCell => ({ id, name: "", url: "", state: "waiting", answer: null, problem: null });

function named(id: number, set: string[]): SingleCell {
  const picture: ClassifiedPicture = {
    name: "",
    width: 9,
    height: 9,
    label: "monocyte",
    best: "monocyte",
    confidence: 0.9,
    probabilities: {},
    prediction_set: set,
    unidentified: false,
    unfamiliarity: 0,
    explanation: null,
  };
  const answer = { model: "blood", taxonomy: "blood", level: 0.9, pictures: [picture], notice: "" };
  return { ...waiting(id), state: "done", answer };
}

const failed: SingleCell = { ...waiting(4), state: "failed", problem: "No picture." };
const batch = [named(1, ["monocyte"]), named(2, ["monocyte", "basophil"]), waiting(3), failed];

it("says how many stand, how many need a look, and what became of the rest", () => {
  expect(summary(batch)).toBe("4 pictures: 1 certain, 1 needs a look, 1 could not be read, 1 on the way");
  expect(summary([named(1, [])])).toBe("1 picture: 1 needs a look");
});

it("puts what is certain last and changes nothing else", () => {
  expect(doubtfulFirst(batch).map((c) => c.id)).toEqual([2, 3, 4, 1]);
});
