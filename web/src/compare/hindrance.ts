import type { SpecimenPicture } from "../api/types";

/** Why there is no report of a smear, or null: it lacks none of its pictures but copies of others. */
export function hindrance(pictures: readonly Pick<SpecimenPicture, "use">[]): string | null {
  const number = (...uses: SpecimenPicture["use"][]) => pictures.filter(({ use }) => uses.includes(use)).length;
  if (number("failed", "other_material") > 0) {
    return "A report lacks none of the pictures. Take out those that are not counted; they stand below.";
  }
  const waiting = number("not_finished");
  if (waiting === 0) return null;
  return `The report can be made when ${waiting === 1 ? "the last picture is" : `${waiting} more pictures are`} analysed.`;
}
