import { expect, it } from "vitest";

import type { ReferenceRanges } from "../api/types";
import { changeOf, hasProblems, isSame, problemsOf, typedRanges, type RangeRow } from "./rangeRows";

const ranges: ReferenceRanges = {
  blood: [{ key: "neutrophil", name: "neutrophil", unit: "%", low: 40, high: 60.5, source: "a book" }],
  marrow: [],
  blood_keys: [
    { key: "neutrophil", name: "neutrophil", unit: "%" },
    { key: "basophil", name: "basophil", unit: "%" },
  ],
  marrow_keys: [{ key: "me_ratio", name: "M:E ratio", unit: "ratio" }],
  is_default: true,
  changed_by: null,
  changed_utc: null,
};
const row = (changes: Partial<RangeRow>): RangeRow => ({
  key: "basophil",
  name: "basophil",
  unit: "%",
  low: "0",
  high: "1",
  source: "a book",
  ...changes,
});

it("has a row for everything that may have a range, and gives back what it was given", () => {
  const typed = typedRanges(ranges);
  expect(typed.blood.map((one) => [one.key, one.low, one.high])).toEqual([
    ["neutrophil", "40", "60.5"],
    ["basophil", "", ""],
  ]);
  expect(changeOf(typed)).toEqual({ blood: [{ key: "neutrophil", low: 40, high: 60.5, source: "a book" }], marrow: [] });
  expect(hasProblems(typed)).toBe(false);
});

it("takes a comma for a point and leaves out outer space", () => {
  const typed = { blood: [row({ high: " 1,5 ", source: " a book " })], marrow: [] };
  expect(changeOf(typed).blood).toEqual([{ key: "basophil", low: 0, high: 1.5, source: "a book" }]);
  expect(isSame(typed, { blood: [row({ high: "1.5" })], marrow: [] })).toBe(true);
  expect(isSame(typed, { blood: [row({ high: "1.6" })], marrow: [] })).toBe(false);
});

it.each([
  [{ low: "much" }, "low"],
  [{ low: "" }, "low"],
  [{ low: "-1" }, "low"],
  [{ high: "101" }, "high"],
  [{ low: "2", high: "1" }, "high"],
  [{ source: " " }, "source"],
  [{ source: "x".repeat(301) }, "source"],
] as const)("finds what is wrong with %j", (changes, field) => {
  expect(Object.keys(problemsOf(row(changes)))).toEqual([field]);
});

it("allows ratios above 100, and rows without a range", () => {
  expect(problemsOf(row({ unit: "ratio", high: "200" }))).toEqual({});
  expect(problemsOf(row({ low: "", high: "", source: "" }))).toEqual({});
});
