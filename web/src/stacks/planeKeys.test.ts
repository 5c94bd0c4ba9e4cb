import { expect, it } from "vitest";

import { planeActionOf } from "./planeKeys";

const press = (key: string, held: Partial<Record<"shiftKey" | "ctrlKey", boolean>> = {}) =>
  planeActionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

it("scrolls with the arrows, moves the cross with shift", () => {
  expect(press("ArrowUp")).toEqual({ kind: "scroll", by: 1 });
  expect(press("PageDown")).toEqual({ kind: "scroll", by: -10 });
  expect(press("ArrowUp", { shiftKey: true })).toEqual({ kind: "step", columns: 0, rows: -1 });
  expect(press("+", { shiftKey: true })).toEqual({ kind: "zoom", by: 1 });
});

it("leaves the browser's own keys alone", () => {
  expect(press("f", { ctrlKey: true })).toBeNull();
  expect(press("Tab")).toBeNull();
});
