import { expect, it } from "vitest";

import { disagreements } from "./disagreements";
import type { Edit, EditKind } from "./types";

const edit = (reviewer: string, cellId: number, label: string | null, more: { kind?: EditKind; undone?: boolean } = {}): Edit => ({
  id: 0,
  reviewer,
  at_utc: "",
  kind: more.kind ?? "classify",
  cell_id: cellId,
  content: { label, polygon: null },
  undone: more.undone ?? false,
});

it("lists the cells that two people named differently, by the last word of each", () => {
  const edits = [
    edit("Ana", 1, "monocyte"),
    edit("Ana", 2, "monocyte"),
    edit("Ana", 3, "monocyte", { kind: "confirm" }),
    edit("Ana", 4, "monocyte"),
    edit("Ben", 1, "lymphocyte"),
    edit("Ben", 2, "lymphocyte"),
    edit("Ben", 2, "monocyte"),
    edit("Ben", 3, "lymphocyte"),
    edit("Ben", 3, "basophil", { undone: true }),
    edit("Ben", 4, null, { kind: "remove" }),
    edit("Cleo", 4, "lymphocyte"),
  ];
  expect(disagreements(edits, "Ana", "Ben")).toEqual([
    { cellId: 1, first: "monocyte", second: "lymphocyte" },
    { cellId: 3, first: "monocyte", second: "lymphocyte" },
  ]);
});
