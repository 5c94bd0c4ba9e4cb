import { expect, it } from "vitest";

import { between } from "./between";

const LIST = ["a", "b", "c", "d"].map((id) => ({ id }));

it("goes from one to the other, both ways", () => {
  expect(between(LIST, "b", "d")).toEqual(["b", "c", "d"]);
  expect(between(LIST, "d", "b")).toEqual(["b", "c", "d"]);
  expect(between(LIST, "c", "c")).toEqual(["c"]);
});

it("is the other one alone where the first is gone", () => {
  expect(between(LIST, "x", "b")).toEqual(["b"]);
});
