import { expect, it } from "vitest";

import { classStyles } from "../cells/classStyles";
import { textbookOf } from "./textbookOf";

const entry = (taxonomy: string, label: string) => ({ taxonomy, label, name: label, colour: "#000000" });
const ATLAS = [entry("marrow", "blast"), entry("blood", "neutrophil"), entry("blood", "monocyte")];
const cellClass = (key: string, parent: string | null) => ({ key, parent, name: key, colour: "#000000", short: key, codes: [] });
const STYLES = classStyles({
  key: "blood",
  name: "",
  classes: [
    cellClass("white_cell", null),
    cellClass("neutrophil", "white_cell"),
    cellClass("neutrophil_band", "neutrophil"),
    cellClass("monocyte", "white_cell"),
  ],
});

it("is that of the class, of its group, or none", () => {
  expect(textbookOf(ATLAS, "blood", "monocyte", STYLES)?.label).toBe("monocyte");
  expect(textbookOf(ATLAS, "blood", "neutrophil_band", STYLES)?.label).toBe("neutrophil");
  expect(textbookOf(ATLAS, "blood", "blast", STYLES)).toBeNull();
  expect(textbookOf(ATLAS, "marrow", "blast", STYLES)?.label).toBe("blast");
  expect(textbookOf(ATLAS, "marrow", "monocyte", STYLES)).toBeNull();
});
