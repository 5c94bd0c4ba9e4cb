import { expect, it } from "vitest";

import { describePatientMm, middleOf, patientMm, pixelOf, placeAt, withIndex } from "./places";

const plane = (width: number, height: number) => ({
  count: 1,
  width,
  height,
  pixel_mm: [1, 1] as [number, number],
  letters: { left: "R", right: "L", top: "A", bottom: "P" },
});
const stack = {
  shape: [10, 20, 30] as [number, number, number],
  planes: { axial: plane(30, 20), coronal: plane(30, 10), sagittal: plane(20, 10) },
  affine: [
    [0, 0, 1, -15],
    [0, 2, 0, -20],
    [5, 0, 0, 100],
  ].map((row) => row as [number, number, number, number]),
};
const place = { axial: 2, coronal: 4, sagittal: 7 };

it("puts the head above and the patient's right on the left", () => {
  expect(pixelOf(place, "axial", 20)).toEqual({ column: 7, row: 4 });
  expect(pixelOf(place, "coronal", 10)).toEqual({ column: 7, row: 7 });
  expect(pixelOf(place, "sagittal", 10)).toEqual({ column: 4, row: 7 });
});

it("finds the place of a pixel again, and stays in the stack", () => {
  for (const name of ["axial", "coronal", "sagittal"] as const) {
    expect(placeAt(place, name, pixelOf(place, name, stack.planes[name].height), stack)).toEqual(place);
  }
  expect(placeAt(place, "axial", { column: 99, row: -3 }, stack)).toEqual({ axial: 2, coronal: 0, sagittal: 29 });
  expect(withIndex(place, "coronal", 50, 20).coronal).toBe(19);
});

it("tells the place in the patient", () => {
  expect(middleOf(stack)).toEqual({ axial: 5, coronal: 10, sagittal: 15 });
  expect(patientMm(place, stack)).toEqual([-8, -12, 110]);
  expect(describePatientMm([-8, -12, 110])).toBe("R 8.0 · A 12.0 · H 110.0 mm");
  expect(describePatientMm([8, 12.34, -1])).toBe("L 8.0 · P 12.3 · F 1.0 mm");
});
