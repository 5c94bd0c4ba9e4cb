/** Where a place of a stack lies on its planes, and in the patient. */
import { planeOf, type PlaneName, type Stack } from "./types";

/** Indices of the three planes through a place: from the feet, from the front, from the patient's right. */
export interface Place {
  axial: number;
  coronal: number;
  sagittal: number;
}

/** Planes that a picture's columns and rows count, and whether its rows count downwards. */
const SIDES: Record<PlaneName, { across: PlaneName; down: PlaneName; fromTop: boolean }> = {
  axial: { across: "sagittal", down: "coronal", fromTop: true },
  coronal: { across: "sagittal", down: "axial", fromTop: false },
  sagittal: { across: "coronal", down: "axial", fromTop: false },
};

export interface Pixel {
  column: number;
  row: number;
}

/** Pixel of a place on a plane's picture; whole numbers are the pixels' middles. */
export function pixelOf(place: Place, plane: PlaneName, height: number): Pixel {
  const { across, down, fromTop } = SIDES[plane];
  return { column: place[across], row: fromTop ? place[down] : height - 1 - place[down] };
}

/** The place of a pixel on the plane that runs through `place`; it never leaves the stack. */
export function placeAt(place: Place, plane: PlaneName, { column, row }: Pixel, stack: Pick<Stack, "planes">): Place {
  const { across, down, fromTop } = SIDES[plane];
  const { width, height } = planeOf(stack, plane);
  const [x, y] = [within(column, width), within(row, height)];
  return { ...place, [across]: x, [down]: fromTop ? y : height - 1 - y };
}

/** Another plane of the same direction. */
export const withIndex = (place: Place, plane: PlaneName, index: number, count: number): Place => ({
  ...place,
  [plane]: within(index, count),
});

const within = (index: number, count: number) => Math.min(count - 1, Math.max(0, Math.round(index)));

export const middleOf = ({ shape }: Pick<Stack, "shape">): Place => ({
  axial: Math.floor(shape[0] / 2),
  coronal: Math.floor(shape[1] / 2),
  sagittal: Math.floor(shape[2] / 2),
});

/** The patient's LPS coordinates of a place, mm. */
export function patientMm({ axial, coronal, sagittal }: Place, { affine }: Pick<Stack, "affine">): [number, number, number] {
  const [x, y, z] = affine.map((row) => row[0] * axial + row[1] * coronal + row[2] * sagittal + row[3]);
  return [x ?? 0, y ?? 0, z ?? 0];
}

const LETTERS: [string, string][] = [
  ["R", "L"],
  ["A", "P"],
  ["F", "H"],
];

/** "R 34.0 · A 12.5 · H 101.0 mm": distances from the scanner's origin, with the side. */
export function describePatientMm(mm: readonly [number, number, number]): string {
  const parts = mm.map((value, axis) => {
    const letters = LETTERS[axis] ?? ["", ""];
    return `${letters[value < 0 ? 0 : 1]} ${Math.abs(value).toFixed(1)}`;
  });
  return `${parts.join(" · ")} mm`;
}
