import { expect, test } from "vitest";

import { passwordProblem } from "./passwordRules";

test("a good password has no problem", () => {
  expect(passwordProblem("four smears in a row", "rita")).toBeNull();
  expect(passwordProblem("an axe in a box", "a")).toBeNull();
});

test("a bad one is named", () => {
  expect(passwordProblem("four smears", "rita")).toBe("One more character is needed.");
  expect(passwordProblem("aaaaaaaaaaaaaa", "rita")).toContain("different");
  expect(passwordProblem("I am Rita, who else", "rita")).toContain("name");
});
