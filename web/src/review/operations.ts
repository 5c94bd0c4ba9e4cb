/** What reviewers do, told from what the server knows and from what it has not answered yet. */
import type { Edit, EditWish, Review } from "./types";

/** An edit, or a step back or forth among one's own edits. */
export type Operation = { by: string } & ({ op: "edit"; wish: EditWish } | { op: "undo" } | { op: "redo" });

/** The review as it will be once the server has done the operations, in order. */
export function afterOperations(review: Review, operations: readonly Operation[], me: string): Review {
  const edits = [...review.edits];
  for (const operation of operations) {
    const { by } = operation;
    if (operation.op === "edit") edits.push(expected(operation.wish, newestId(edits) + 1, by));
    else {
      const place = operation.op === "undo" ? lastDone(edits, by) : nextUndone(edits, by);
      const edit = edits[place];
      if (edit) edits[place] = { ...edit, undone: operation.op === "undo" };
    }
  }
  return { ...review, edits, can_undo: lastDone(edits, me) >= 0, can_redo: nextUndone(edits, me) >= 0 };
}

/** What the server knew when an operation was sent to it; tells later whether a lost answer was a yes. */
export interface Mark {
  newest: number;
  /** Ids of the edits that an undo or a redo was for. */
  undo: number | null;
  redo: number | null;
}

export function markOf({ edits }: Review, by: string): Mark {
  const idAt = (place: number) => edits[place]?.id ?? null;
  return { newest: newestId(edits), undo: idAt(lastDone(edits, by)), redo: idAt(nextUndone(edits, by)) };
}

/** Whether the server did an operation whose answer was lost. */
export function wasDone(operation: Operation, { edits }: Review, mark: Mark): boolean {
  if (operation.op === "undo") return edits.some((edit) => edit.id === mark.undo && edit.undone);
  if (operation.op === "redo") return edits.some((edit) => edit.id === mark.redo && !edit.undone);
  const { kind, cell_id: cellId } = operation.wish;
  const isIt = (edit: Edit) => edit.kind === kind && (kind === "add" || edit.cell_id === cellId);
  return edits.some((edit) => edit.id > mark.newest && edit.reviewer === operation.by && isIt(edit));
}

/** The operations with a cell's own number in place of the one that it went by until the server answered. */
export function renumbered(operations: readonly Operation[], from: number, to: number): Operation[] {
  return operations.map((operation) =>
    operation.op === "edit" && operation.wish.cell_id === from
      ? { ...operation, wish: { ...operation.wish, cell_id: to } }
      : operation,
  );
}

function expected({ kind, cell_id, label, polygon }: EditWish, id: number, reviewer: string): Edit {
  return { id, reviewer, at_utc: "", kind, cell_id, content: { label, polygon }, undone: false };
}

const newestId = (edits: readonly Edit[]) => edits.reduce((newest, edit) => Math.max(newest, edit.id), 0);

export const lastDone = (edits: readonly Edit[], by: string) =>
  edits.findLastIndex((edit) => edit.reviewer === by && !edit.undone);

/** The first that was undone after the last that stands: a new edit ends the way back. */
export function nextUndone(edits: readonly Edit[], by: string): number {
  const last = lastDone(edits, by);
  return edits.findIndex((edit, place) => place > last && edit.reviewer === by && edit.undone);
}
