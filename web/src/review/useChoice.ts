/** Which of the shown cells are chosen, and how the choice moves. */
import { useMemo, useState } from "react";

import type { Cell } from "../api/types";
import { all, among, NOTHING, only, rangedTo, renumbered, toggled, type Choice } from "./choice";
import { galleryRows, inNextRow } from "./gallery";
import type { GalleryList } from "./useShownCells";

export interface Held {
  range: boolean;
  more: boolean;
}

/** The choice among these cells; `numbers` tells what became of those that cells went by before. */
export function useChoice(cells: readonly Cell[], list: GalleryList, numbers: ReadonlyMap<number, number>) {
  const [chosenBefore, setChoice] = useState<Choice>(NOTHING);
  const [several, setSeveral] = useState(false);
  const [columns, setColumns] = useState(1);
  const byId = useMemo(() => new Map(cells.map((cell) => [cell.id, cell])), [cells]);
  const choice = useMemo(() => {
    const numbered = [...numbers].reduce((sofar, [from, to]) => renumbered(sofar, from, to), chosenBefore);
    return among(numbered, (id) => byId.has(id));
  }, [chosenBefore, numbers, byId]);
  const chosen = useMemo(() => [...choice.ids].flatMap((id) => byId.get(id) ?? []), [choice, byId]);
  const current = choice.current === null ? null : (byId.get(choice.current) ?? null);
  const order = () => list.cells.map((cell) => cell.id);

  /** What a press on a cell chooses. */
  const pressed = (cell: Cell | null, { range, more }: Held): Choice => {
    if (!cell) return NOTHING;
    if (range) return rangedTo(choice, cell.id, order());
    return more || several ? toggled(choice, cell.id) : only(cell.id);
  };
  /** What a step chooses; null at the end. */
  const stepped = (by: 1 | -1, { row, extend }: { row: boolean; extend: boolean }): Choice | null => {
    const place = list.cells.findIndex((cell) => cell.id === choice.current);
    const beside = place < 0 ? list.cells[0] : list.cells[place + by];
    const next = row ? inNextRow(galleryRows(list.groups, columns), choice.current, by) : beside;
    if (!next) return null;
    return extend ? rangedTo(choice, next.id, order()) : only(next.id);
  };
  /** All listed cells of the class of the current one. */
  const ofClass = (): Choice => {
    const group = list.groups.find(({ style }) => style.key === current?.label) ?? list.groups[0];
    return group ? all(group.cells.map((cell) => cell.id)) : NOTHING;
  };
  return { choice, setChoice, chosen, current, byId, several, setSeveral, setColumns, pressed, stepped, ofClass };
}
