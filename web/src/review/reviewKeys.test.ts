import { expect, it } from "vitest";

import { classStyles } from "../cells/classStyles";
import { classKeys } from "./classKeys";
import { actionOf } from "./reviewKeys";

const KEYS = classKeys(
  classStyles({
    key: "blood",
    name: "",
    classes: ["neutrophil", "monocyte"].map((key) => ({ key, parent: null, name: key, short: key, colour: "#fff", codes: [] })),
  }),
);
type Held = Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>>;
const press = (key: string, held: Held = {}, single = true) =>
  actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }, KEYS, single);

it("moves, alone or choosing several", () => {
  expect(press("j")).toEqual({ kind: "move", by: 1, extend: false });
  expect(press("ArrowLeft", { shiftKey: true })).toEqual({ kind: "move", by: -1, extend: true });
  expect(press("ArrowDown")).toEqual({ kind: "row", by: 1, extend: false });
  expect(press("ArrowDown", { ctrlKey: true })).toEqual({ kind: "pan", columns: 0, rows: 1 });
});

it("names by a letter, capital or not", () => {
  expect(press("M")).toMatchObject({ kind: "class", key: { style: { key: "monocyte" } } });
  expect(press("q")).toBeNull();
});

it("steps back and forth", () => {
  expect(press("z")).toEqual({ kind: "undo" });
  expect(press("Z", { shiftKey: true })).toEqual({ kind: "redo" });
  expect(press("z", { metaKey: true })).toEqual({ kind: "undo" });
  expect(press("Z", { ctrlKey: true, shiftKey: true })).toEqual({ kind: "redo" });
  expect(press("y", { ctrlKey: true })).toEqual({ kind: "redo" });
});

it("leaves the browser its own keys, and can be told to leave single letters alone", () => {
  expect(press("r", { ctrlKey: true })).toBeNull();
  expect(press("ArrowLeft", { altKey: true })).toBeNull();
  expect(press("m", {}, false)).toBeNull();
  expect(press("z", {}, false)).toBeNull();
  expect(press("Delete", {}, false)).toEqual({ kind: "remove" });
  expect(press("z", { ctrlKey: true }, false)).toEqual({ kind: "undo" });
});
