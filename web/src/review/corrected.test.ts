import { expect, it } from "vitest";

import { classStyles } from "../cells/classStyles";
import { UNMEASURED } from "../cells/morphometry";
import { correctedCells, editsRead, concealed } from "./corrected";
import type { Cell } from "../api/types";
import type { Edit, EditKind } from "./types";

const classOf = (key: string, parent: string | null) => ({ key, parent, name: key, short: key, colour: "#123456", codes: [] });
const STYLES = classStyles({
  key: "blood",
  name: "",
  classes: [
    classOf("red_cell", null),
    classOf("white_cell", null),
    classOf("monocyte", "white_cell"),
    classOf("lymphocyte", "white_cell"),
    classOf("unidentified", null),
  ],
});
const square = (side: number): Cell["polygon"] => [[0, 0], [side, 0], [side, side], [0, side]];
const cell = (id: number, label: string): Cell => ({
  id,
  label,
  best: label,
  coarse: "white_cell",
  confidence: 0.7,
  probabilities: { [label]: 0.7 },
  prediction_set: [label],
  unidentified: false,
  unfamiliarity: 1,
  score: 0.9,
  polygon: square(10),
  box: [0, 0, 10, 10],
  area_px: 100,
  area_um2: 25,
  nucleus_polygons: [[[2, 2], [6, 2], [6, 6], [2, 6]]],
  morphometry: UNMEASURED,
  reviewed: null,
});
const FOUND = [cell(1, "monocyte"), cell(2, "lymphocyte")];
let latest = 0;
const edit = (kind: EditKind, cellId: number, content: Partial<Edit["content"]> = {}, reviewer = "Ana"): Edit => ({
  id: ++latest,
  reviewer,
  at_utc: "",
  kind,
  cell_id: cellId,
  content: { label: null, polygon: null, ...content },
  undone: false,
});

it("names a cell, and remembers what the machine had said", () => {
  const edits = [edit("classify", 1, { label: "red_cell" }), edit("classify", 1, { label: "lymphocyte" }, "Ben")];
  const [named, other] = correctedCells(FOUND, edits, STYLES);
  expect(named).toMatchObject({ label: "lymphocyte", coarse: "white_cell", confidence: 1, unidentified: false });
  expect(named?.reviewed).toEqual({ by: "Ben", kind: "classify", label_before: "monocyte" });
  expect(other).toBe(FOUND[1]);
});

it("takes a name away", () => {
  const [named] = correctedCells(FOUND, [edit("classify", 1, { label: "unidentified" })], STYLES);
  expect(named).toMatchObject({ unidentified: true, coarse: "unidentified", best: "monocyte", confidence: 0.7 });
});

it("confirms, draws again, removes and adds", () => {
  const edits = [
    edit("confirm", 1),
    edit("redraw", 1, { polygon: square(20) }),
    edit("remove", 2),
    edit("add", 3, { label: "monocyte", polygon: square(6) }),
  ];
  const cells = correctedCells(FOUND, edits, STYLES);
  expect(cells.map((c) => c.id)).toEqual([1, 3]);
  expect(cells[0]).toMatchObject({ label: "monocyte", area_px: 400, area_um2: 100, box: [0, 0, 20, 20] });
  expect(cells[0]?.reviewed?.kind).toBe("confirm");
  expect(cells[1]).toMatchObject({ area_px: 36, area_um2: 9, reviewed: { kind: "add", label_before: null } });
});

it("hands out the same object where the same was said, so that nothing is drawn anew", () => {
  const said = () => edit("classify", 1, { label: "lymphocyte" });
  const [before] = correctedCells(FOUND, [said()], STYLES);
  expect(correctedCells(FOUND, [said()], STYLES)[0]).toBe(before);
  expect(correctedCells(FOUND, [said(), edit("confirm", 1)], STYLES)[0]).not.toBe(before);
});

it("leaves out what was undone, and what concerns a cell that is gone", () => {
  const undone = { ...edit("remove", 1), undone: true };
  expect(correctedCells(FOUND, [undone], STYLES)).toEqual(FOUND);
  expect(correctedCells(FOUND, [edit("remove", 2), edit("classify", 2, { label: "red_cell" })], STYLES)).toHaveLength(1);
});

it("reads everyone's edits, one's own, or none", () => {
  const edits = [edit("confirm", 1), edit("confirm", 2, {}, "Ben")];
  const read = (reading: Parameters<typeof editsRead>[1]) => editsRead(edits, reading, "Ben").map((e) => e.cell_id);
  expect([read("everyone"), read("mine"), read("blind"), read("machine")]).toEqual([[1, 2], [2], [2], []]);
});

it("keeps a nucleus that lies within the new outline", () => {
  const [kept] = correctedCells(FOUND, [edit("redraw", 1, { polygon: [[-1, -1], [9, -1], [9, 9], [-1, 9]] })], STYLES);
  expect(kept?.nucleus_polygons).toHaveLength(1);
  const [lost] = correctedCells(FOUND, [edit("redraw", 1, { polygon: [[1, 1], [9, 1], [9, 9]] })], STYLES);
  expect(lost?.nucleus_polygons).toEqual([]);
});

it("hides the machine's opinion from a blind reader, until the reader has one", () => {
  const blind = concealed([...FOUND, { ...cell(3, "infected_red_cell"), coarse: "red_cell", unfamiliarity: null }], STYLES);
  const [own, machines, red] = correctedCells(blind, [edit("classify", 1, { label: "lymphocyte" })], STYLES);
  expect(own?.label).toBe("lymphocyte");
  expect(machines).toMatchObject({ label: "unidentified", best: "white_cell", probabilities: { white_cell: 1 } });
  expect(red).toMatchObject({ label: "red_cell", best: "red_cell" });
});
