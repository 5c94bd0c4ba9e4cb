/** The cells that a reading shows, and how the gallery lists them. */
import { useMemo, useState } from "react";

import type { Cell, Findings } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { concealed, correctedCells, editsRead } from "./corrected";
import { galleryGroups, isShown, type Group, type Order, type Shown } from "./gallery";
import type { Reading, Review } from "./types";

/** The machine's cells as the people of a reading corrected them. */
export function useShownCells(found: Findings, review: Review, reading: Reading, me: string, styles: ClassStyles): Cell[] {
  const base = useMemo(
    () => (reading === "blind" ? concealed(found.cells, styles) : found.cells),
    [found.cells, reading, styles],
  );
  return useMemo(
    () => correctedCells(base, editsRead(review.edits, reading, me), styles),
    [base, review.edits, reading, me, styles],
  );
}

export interface GalleryList {
  shown: Shown;
  order: Order;
  setShown: (shown: Shown) => void;
  setOrder: (order: Order) => void;
  groups: Group[];
  /** The cells of all groups, one after the other. */
  cells: Cell[];
  counts: Record<Shown, number>;
}

export function useGalleryList(cells: readonly Cell[], styles: ClassStyles): GalleryList {
  const [shown, setShown] = useState<Shown>("all");
  const [order, setOrder] = useState<Order>("doubt");
  const groups = useMemo(() => galleryGroups(cells, styles, { shown, order }), [cells, styles, shown, order]);
  const counts = useMemo(() => {
    const many = (filter: Shown) => cells.filter((cell) => isShown(cell, filter)).length;
    return { all: cells.length, unseen: many("unseen"), doubtful: many("doubtful") };
  }, [cells]);
  const listed = useMemo(() => groups.flatMap((group) => group.cells), [groups]);
  return { shown, order, setShown, setOrder, groups, cells: listed, counts };
}
