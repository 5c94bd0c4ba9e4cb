import type { TextbookCell } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";

/** The textbook model of a class of blood or marrow, or of the class that it counts under; null where there is neither. */
export function textbookOf(
  atlas: readonly TextbookCell[],
  taxonomy: TextbookCell["taxonomy"],
  label: string,
  styles: ClassStyles,
): TextbookCell | null {
  const known = atlas.filter((entry) => entry.taxonomy === taxonomy);
  const group = styles.get(label)?.group;
  return known.find((entry) => entry.label === label) ?? known.find((entry) => entry.label === group) ?? null;
}
