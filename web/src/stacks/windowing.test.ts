import { expect, it } from "vitest";

import { describeValue, dragged, greyLevels, presetOf, presetsOf, valueOf } from "./windowing";

const whole = { type: "int16", slope: 1, intercept: 0 } as const;
const at = (value: number) => value + 32_768;

it("shows the window's lower end black and its upper end white", () => {
  const levels = greyLevels({ middle: 40, width: 400 }, whole);
  expect([levels[at(-1000)], levels[at(-160)], levels[at(40)], levels[at(240)], levels[at(3000)]]).toEqual([0, 0, 128, 255, 255]);
});

it("looks up the value that a number stands for", () => {
  const scaled = { type: "uint16", slope: 0.5, intercept: -100 } as const;
  expect(valueOf(300, scaled)).toBe(50);
  expect(greyLevels({ middle: 0, width: 200 }, scaled)[300]).toBe(191);
});

it("offers windows by modality", () => {
  const ct = presetsOf({ modality: "CT", window: { middle: 40, width: 400 }, range: [-1024, 3000] });
  expect(ct.map((p) => p.key)).toEqual(["abdomen", "soft", "liver", "lung", "bone", "brain", "whole"]);
  expect(presetOf({ middle: -600, width: 1500 }, ct)?.name).toBe("Lung");
  expect(presetOf({ middle: -601, width: 1500 }, ct)).toBeNull();
  const mr = presetsOf({ modality: "MR", window: { middle: 90, width: 160 }, range: [0, 0] });
  expect(mr.map((p) => p.window)).toEqual([{ middle: 90, width: 160 }, { middle: 0, width: 1e-6 }]);
});

it("widens to the right and never closes", () => {
  const range = [-1000, 1000] as const;
  expect(dragged({ middle: 0, width: 250 }, 10, 5, range)).toEqual({ middle: 5, width: 260 });
  expect(dragged({ middle: 0, width: 250 }, -9999, 0, range).width).toBeGreaterThan(0);
});

it("writes values with their unit", () => {
  expect(describeValue(54.4, "CT")).toBe("54 HU");
  expect(describeValue(812, "MR")).toBe("812");
  expect(describeValue(1.23456, "other")).toBe("1.235");
});
