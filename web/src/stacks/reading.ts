/** What a person says of a stack where its files do not. */
import type { StackPart } from "./zipFiles";

export interface Reading {
  modality: "CT" | "MR" | null;
  /** Distance of slices, rows and columns as typed; empty where nothing stands. */
  spacing: readonly [string, string, string];
}

/** All that a person adds to the files of a stack. */
export interface Told {
  labels: File | null;
  /** The table that the label map's names come from; null to take them from the file. */
  names: string | null;
  reading: Reading;
}

export const AS_THE_FILES_SAY: Reading = { modality: null, spacing: ["", "", ""] };

const PLAIN_PICTURE = /\.(png|jpe?g|tiff?|bmp|webp)$/i;

/** Plain pictures say nothing of distances; nor does an archive, before it is opened. */
export const mayLackSpacing = (parts: readonly StackPart[]): boolean =>
  parts.some((part) => PLAIN_PICTURE.test(part.path) || /\.zip$/i.test(part.path));

const STACK_FILE = /\.(nii|nii\.gz|nrrd|nhdr)$/i;

/** NIfTI and NRRD files may be label maps, whose names are not always in them; so may what an archive holds. */
export const mayHoldLabels = (parts: readonly StackPart[]): boolean =>
  parts.some((part) => STACK_FILE.test(part.path) || /\.zip$/i.test(part.path));

/** Three distances in mm; null where none is typed, "incomplete" where some are missing or cannot be. */
export function spacingMm(typed: Reading["spacing"]): [number, number, number] | null | "incomplete" {
  if (typed.every((text) => text.trim() === "")) return null;
  const [slices, rows, columns] = typed.map((text) => Number(text.trim().replace(",", ".") || "none"));
  const found = [slices ?? NaN, rows ?? NaN, columns ?? NaN] as [number, number, number];
  return found.every((mm) => mm > 0 && mm < 1000) ? found : "incomplete";
}
