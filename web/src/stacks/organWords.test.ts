import { expect, it } from "vitest";

import { describeDays, formatMl } from "./organWords";

it("rounds volumes to what they are worth", () => {
  expect([1619.4, 63.42, 0.823].map(formatMl)).toEqual(["1619", "63.4", "0.82"]);
});

it("counts days from the first scan", () => {
  expect([null, 0, 1, 14].map(describeDays)).toEqual(["day not known", "first scan", "1 day later", "14 days later"]);
});
