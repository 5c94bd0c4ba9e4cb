import type { ClassStyle } from "../cells/classStyles";
import { isOfNote } from "../cells/galleryOrder";

/** Which classes a reviewer of a differential looks at first: white cells, then platelets, then red cells. */
export function classRank({ key, coarse }: Pick<ClassStyle, "key" | "coarse">): number {
  if (coarse === "platelet") return 1;
  if (coarse === "red_cell") return isOfNote({ label: key }) ? 2 : 3;
  // A white cell of no type that is known comes after those that have one.
  return key === coarse ? 0.5 : 0;
}
