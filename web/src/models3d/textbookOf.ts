import type { TextbookCell } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";

/** The textbook model of a blood class, or of the class that it counts under; null where the atlas has neither. */
export function textbookOf(atlas: readonly TextbookCell[], label: string, styles: ClassStyles): TextbookCell | null {
  const blood = atlas.filter((entry) => entry.taxonomy === "blood");
  const group = styles.get(label)?.group;
  return blood.find((entry) => entry.label === label) ?? blood.find((entry) => entry.label === group) ?? null;
}
