import { expect, it } from "vitest";

import { shapeFacts, UNMEASURED } from "./morphometry";

const white = { coarse: "white_cell" as const, unfamiliarity: 1 };
const values = (facts: ReturnType<typeof shapeFacts>) => Object.fromEntries(facts.map((f) => [f.name, f.value]));

it("gives a white cell's nucleus with units", () => {
  const morphometry = {
    ...UNMEASURED,
    circularity: 0.912,
    nucleus_area_px: 4200,
    nucleus_area_um2: 42.4,
    nucleus_to_cytoplasm_ratio: 0.555,
    nucleus_circularity: 0.4,
    lobes: 3,
  };
  expect(values(shapeFacts({ ...white, morphometry }))).toEqual({
    "Area of the nucleus": "42 µm²",
    "Nucleus to cytoplasm, by area": "0.56",
    "Lobes of the nucleus": "3",
    "Circularity of the nucleus": "0.40",
    "Circularity of the cell": "0.91",
  });
  const unscaled = { ...morphometry, nucleus_area_um2: null };
  expect(values(shapeFacts({ ...white, morphometry: unscaled }))["Area of the nucleus"]).toBe("4200 px²");
});

it("says of what was not measured that it was not", () => {
  expect(shapeFacts({ ...white, morphometry: UNMEASURED }).every((f) => f.value === null)).toBe(true);
});

it("asks no red cell for its nucleus", () => {
  const red = { coarse: "red_cell" as const, unfamiliarity: null };
  const facts = shapeFacts({ ...red, morphometry: { ...UNMEASURED, circularity: 0.99 } });
  expect(facts).toEqual([{ name: "Circularity (1 is a disc)", value: "0.99" }]);
});
