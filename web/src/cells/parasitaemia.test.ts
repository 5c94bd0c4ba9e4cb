import { expect, it } from "vitest";

import { describeParasitaemia } from "./parasitaemia";

it("gives figure, interval and what was counted", () => {
  const found = { infected: 12, red_cells: 1571, share: 12 / 1571, low: 0.00437, high: 0.01331 };
  expect(describeParasitaemia(found)).toEqual({
    figure: "0.76 %",
    interval: "0.44–1.3 %",
    counted: "12 of 1,571 red cells look infected",
  });
});

it("of no infected cell still has an interval", () => {
  const found = { infected: 0, red_cells: 100, share: 0, low: 0, high: 0.037 };
  expect(describeParasitaemia(found)).toMatchObject({ figure: "0 %", interval: "0–3.7 %" });
});

it("is silent where red cells were not examined, or there are none", () => {
  expect(describeParasitaemia(null)).toBeNull();
  expect(describeParasitaemia({ infected: 0, red_cells: 0, share: null, low: 0, high: 1 })).toBeNull();
});
