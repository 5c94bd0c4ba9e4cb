/** Where two reviewers said different things of one cell. */
import type { Edit } from "./types";

export interface Disagreement {
  cellId: number;
  first: string;
  second: string;
}

/** The cells that both named or confirmed, otherwise; of each reviewer the last word counts. */
export function disagreements(edits: readonly Edit[], first: string, second: string): Disagreement[] {
  const [one, other] = [lastWords(edits, first), lastWords(edits, second)];
  return [...one].flatMap(([cellId, label]) => {
    const theirs = other.get(cellId);
    return theirs === undefined || theirs === label ? [] : [{ cellId, first: label, second: theirs }];
  });
}

function lastWords(edits: readonly Edit[], reviewer: string): Map<number, string> {
  const said = edits.filter((e) => e.reviewer === reviewer && !e.undone && (e.kind === "classify" || e.kind === "confirm"));
  return new Map(said.flatMap((e) => (e.content.label ? [[e.cell_id, e.content.label] as const] : [])));
}
