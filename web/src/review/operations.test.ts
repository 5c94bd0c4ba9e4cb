import { expect, it } from "vitest";

import { afterOperations, markOf, renumbered, wasDone, type Operation } from "./operations";
import type { Edit, EditWish, Review } from "./types";

const edit = (id: number, reviewer: string, undone = false): Edit => ({
  id,
  reviewer,
  at_utc: "2026-01-01T00:00:00Z",
  kind: "classify",
  cell_id: id,
  content: { label: "monocyte", polygon: null },
  undone,
});
const review = (edits: Edit[]): Review => ({ edits, reviewers: [], can_undo: false, can_redo: false, revision: edits.length });
const wish = (cellId: number, kind: EditWish["kind"] = "classify"): Operation => ({
  by: "Ana",
  op: "edit",
  wish: { kind, cell_id: cellId, label: "monocyte", polygon: null },
});
const undo: Operation = { by: "Ana", op: "undo" };
const redo: Operation = { by: "Ana", op: "redo" };
const done = (told: Review) => told.edits.filter((e) => !e.undone).map((e) => e.cell_id);

it("steps back and forth among one's own edits alone", () => {
  const told = review([edit(1, "Ana"), edit(2, "Ben"), edit(3, "Ana")]);
  expect(done(afterOperations(told, [undo], "Ana"))).toEqual([1, 2]);
  expect(done(afterOperations(told, [undo, undo, undo], "Ana"))).toEqual([2]);
  const back = afterOperations(told, [undo, undo, redo], "Ana");
  expect(done(back)).toEqual([1, 2]);
  expect([back.can_undo, back.can_redo]).toEqual([true, true]);
  expect(afterOperations(told, [], "Cleo")).toMatchObject({ can_undo: false, can_redo: false });
});

it("ends the way back with a new edit", () => {
  const told = afterOperations(review([edit(1, "Ana")]), [undo, wish(7)], "Ana");
  expect(told.can_redo).toBe(false);
  expect(done(afterOperations(told, [redo], "Ana"))).toEqual([7]);
});

it("knows from a later answer whether a lost one was a yes", () => {
  const before = review([edit(1, "Ana"), edit(2, "Ana", true)]);
  const mark = markOf(before, "Ana");
  const after = (edits: Edit[]) => review(edits);
  expect(wasDone(wish(3), after([...before.edits, edit(3, "Ana")]), mark)).toBe(true);
  expect(wasDone(wish(3), after([...before.edits, edit(3, "Ben")]), mark)).toBe(false);
  expect(wasDone(wish(1), before, mark)).toBe(false);
  expect(wasDone(undo, after([edit(1, "Ana", true)]), mark)).toBe(true);
  expect(wasDone(undo, before, mark)).toBe(false);
  expect(wasDone(redo, after([edit(2, "Ana")]), mark)).toBe(true);
});

it("gives an added cell its own number in what is still to be sent", () => {
  const [first, second] = renumbered([wish(-1, "redraw"), wish(4)], -1, 153);
  expect(first).toMatchObject({ wish: { cell_id: 153, kind: "redraw" } });
  expect(second).toEqual(wish(4));
});
