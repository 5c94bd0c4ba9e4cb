/** What a reviewer can do to the chosen cells. Each answer is a sentence that tells what was done. */
import { useRef } from "react";

import type { Cell } from "../api/types";
import { styleOf, type ClassStyle, type ClassStyles } from "../cells/classStyles";
import { capitalised } from "../cells/format";
import type { ShownReview } from "./useReview";
import type { Edit, EditKind, EditWish, Polygon } from "./types";
import { UNIDENTIFIED } from "./corrected";

export interface Edits {
  classify: (cells: readonly Cell[], style: ClassStyle) => string;
  confirm: (cells: readonly Cell[]) => string;
  remove: (cells: readonly Cell[]) => string;
  redraw: (cell: Cell, polygon: Polygon) => string;
  /** Also the number that the new cell goes by. */
  add: (polygon: Polygon) => { said: string; id: number };
  /** Also the cells that are now as they were; null where there is nothing to undo. */
  undo: () => { said: string; ids: number[] } | null;
  redo: () => { said: string; ids: number[] } | null;
}

const PAST: Record<EditKind, string> = {
  classify: "naming",
  confirm: "confirming",
  add: "adding",
  remove: "removing",
  redraw: "drawing again",
};

/** Edits under a name; several cells at once are undone at once, too. */
export function useEdits({ review, queue }: ShownReview, me: string, styles: ClassStyles): Edits {
  /** How many edits each step was, of those that stand and of those undone. */
  const steps = useRef<{ done: number[]; undone: number[] }>({ done: [], undone: [] });

  const send = (wishes: EditWish[]) => {
    if (wishes.length === 0) return;
    queue.add(wishes.map((wish) => ({ by: me, op: "edit", wish })));
    steps.current = { done: [...steps.current.done, wishes.length], undone: [] };
  };
  const nameOf = (key: string) => styleOf(styles, key).name;
  const wishFor = (kind: EditKind, cell: Cell, label: string | null): EditWish => ({ kind, cell_id: cell.id, label, polygon: null });

  const step = (op: "undo" | "redo") => {
    const own = review?.edits.filter((edit) => edit.reviewer === me) ?? [];
    const last = own.findLastIndex((edit) => !edit.undone);
    const reach = op === "undo" ? own.slice(0, last + 1).filter((edit) => !edit.undone).reverse() : own.slice(last + 1);
    if (reach.length === 0) return null;
    const { done, undone } = steps.current;
    const many = Math.min(reach.length, (op === "undo" ? done : undone).at(-1) ?? 1);
    queue.add(Array.from({ length: many }, () => ({ by: me, op })));
    steps.current =
      op === "undo" ? { done: done.slice(0, -1), undone: [...undone, many] } : { done: [...done, many], undone: undone.slice(0, -1) };
    const concerned = reach.slice(0, many);
    return { said: `${op === "undo" ? "Undone" : "Done again"}: ${inWords(concerned)}`, ids: concerned.map((edit) => edit.cell_id) };
  };

  return {
    classify: (cells, style) => {
      send(cells.map((cell) => wishFor("classify", cell, style.key)));
      return `${counted(cells)} named ${style.name}`;
    },
    confirm: (cells) => {
      send(cells.map((cell) => wishFor("confirm", cell, cell.label)));
      const [only] = cells;
      return only && cells.length === 1 ? `${capitalised(nameOf(only.label))} confirmed` : `${counted(cells)} confirmed`;
    },
    remove: (cells) => {
      send(cells.map((cell) => wishFor("remove", cell, null)));
      return `${counted(cells)} removed. Z brings ${cells.length === 1 ? "it" : "them"} back`;
    },
    redraw: (cell, polygon) => {
      send([{ ...wishFor("redraw", cell, null), polygon }]);
      return `Cell ${cell.id} drawn again`;
    },
    add: (polygon) => {
      const id = queue.nextNumber();
      send([{ kind: "add", cell_id: id, label: UNIDENTIFIED, polygon }]);
      return { said: "Cell added. A letter names it", id };
    },
    undo: () => step("undo"),
    redo: () => step("redo"),
  };
}

const counted = (cells: readonly Cell[]) => (cells.length === 1 ? `Cell ${cells[0]?.id ?? ""}` : `${cells.length} cells`);

function inWords(edits: readonly Edit[]): string {
  const [first] = edits;
  if (!first) return "";
  return `${PAST[first.kind]} ${edits.length === 1 ? (first.cell_id > 0 ? `cell ${first.cell_id}` : "a cell") : `${edits.length} cells`}`;
}
