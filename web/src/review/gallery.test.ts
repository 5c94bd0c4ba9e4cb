import { expect, it } from "vitest";

import { classStyles } from "../cells/classStyles";
import { galleryGroups, galleryRows, goOnWith, inNextRow, whiteCellsSeen, type Order, type Shown } from "./gallery";
import type { Cell } from "../api/types";

const classOf = (key: string, parent: string | null) => ({ key, parent, name: key, short: key, colour: "#123456", codes: [] });
const STYLES = classStyles({
  key: "blood",
  name: "",
  classes: [
    classOf("red_cell", null),
    classOf("platelet", null),
    classOf("white_cell", null),
    classOf("neutrophil", "white_cell"),
    classOf("monocyte", "white_cell"),
    classOf("infected_red_cell", "red_cell"),
    classOf("unidentified", null),
  ],
});

/** Cells lie in one line, in the order of their numbers. */
function cell(id: number, label: string, more: { confidence?: number; set?: string[]; seen?: boolean } = {}): Cell {
  return {
    id,
    label,
    coarse: STYLES.get(label)?.coarse ?? "unidentified",
    box: [10 * id, 0, 10 * id + 9, 9],
    confidence: more.confidence ?? 0.9,
    prediction_set: more.set ?? [label],
    unidentified: label === "unidentified",
    unfamiliarity: 1,
    reviewed: more.seen ? { by: "Ana", kind: "confirm", label_before: label } : null,
  } as Cell;
}

const CELLS = [
  cell(1, "red_cell"),
  cell(2, "platelet"),
  cell(3, "monocyte", { seen: true, confidence: 0.1 }),
  cell(4, "monocyte", { confidence: 0.8 }),
  cell(5, "monocyte", { confidence: 0.95, set: ["monocyte", "neutrophil"] }),
  cell(6, "monocyte", { confidence: 0.7 }),
  cell(7, "unidentified"),
  cell(8, "infected_red_cell"),
  cell(9, "neutrophil"),
];
const groups = (shown: Shown = "all", order: Order = "doubt") => galleryGroups(CELLS, STYLES, { shown, order });
const ids = (of: ReturnType<typeof groups>) => of.map((group) => [group.style.key, ...group.cells.map((c) => c.id)]);

it("shows white cells first, and of each class the most doubtful", () => {
  expect(ids(groups())).toEqual([
    ["unidentified", 7],
    ["neutrophil", 9],
    ["monocyte", 5, 6, 4, 3],
    ["platelet", 2],
    ["infected_red_cell", 8],
    ["red_cell", 1],
  ]);
  expect(ids(groups("all", "place"))[2]).toEqual(["monocyte", 3, 4, 5, 6]);
});

it("shows what nobody has seen, or what is doubtful, alone", () => {
  expect(ids(groups("unseen"))[2]).toEqual(["monocyte", 5, 6, 4]);
  expect(ids(groups("doubtful"))).toEqual([["unidentified", 7], ["monocyte", 5]]);
});

it("goes up and down in columns, over the headings", () => {
  const rows = galleryRows(groups(), 3);
  expect(rows.map((row) => (row.kind === "head" ? row.group.style.key : row.cells.map((c) => c.id)))).toEqual([
    "unidentified", [7], "neutrophil", [9], "monocyte", [5, 6, 4], [3], "platelet", [2], "infected_red_cell", [8], "red_cell", [1],
  ]); // prettier-ignore
  expect(inNextRow(rows, 9, 1)?.id).toBe(5);
  expect(inNextRow(rows, 4, 1)?.id).toBe(3);
  expect(inNextRow(rows, 4, -1)?.id).toBe(9);
  expect(inNextRow(rows, 7, -1)).toBeNull();
  expect(inNextRow(rows, null, 1)?.id).toBe(7);
});

it("goes on with the next that is left, at the end with the last", () => {
  const order = groups().flatMap((group) => group.cells);
  expect(goOnWith(order, new Set([5, 6]))?.id).toBe(4);
  expect(goOnWith(order, new Set([8, 1]))?.id).toBe(2);
  expect(goOnWith(order, new Set(order.map((c) => c.id)))).toBeNull();
});

it("counts the white cells that were seen", () => {
  expect(whiteCellsSeen(CELLS)).toEqual({ seen: 1, of: 6 });
});
