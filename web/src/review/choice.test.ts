import { expect, it } from "vitest";

import { all, among, NOTHING, only, rangedTo, renumbered, toggled } from "./choice";

const ORDER = [5, 3, 9, 1];

it("takes one more and one less", () => {
  const two = toggled(only(5), 9);
  expect([...two.ids]).toEqual([5, 9]);
  expect(toggled(two, 9)).toMatchObject({ current: 5 });
  expect(toggled(only(5), 5)).toMatchObject({ current: null });
});

it("takes a range in the gallery's order, either way, from where it began", () => {
  const range = rangedTo(only(9), 5, ORDER);
  expect([...range.ids]).toEqual([5, 3, 9]);
  expect([...rangedTo(range, 1, ORDER).ids]).toEqual([9, 1]);
  expect([...rangedTo(NOTHING, 3, ORDER).ids]).toEqual([3]);
});

it("lets go of cells that are gone", () => {
  expect(among(all(ORDER), (id) => id !== 5)).toMatchObject({ current: 3 });
  const choice = only(3);
  expect(among(choice, () => true)).toBe(choice);
});

it("follows a cell to its new number", () => {
  expect(renumbered(only(-1), -1, 42)).toEqual(only(42));
});
