import { expect, it } from "vitest";

import { actionOf } from "./keys";

const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey", boolean>> = {}) =>
  actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

it("knows its keys, capital or not", () => {
  expect(press("N")).toEqual({ kind: "step", by: 1 });
  expect(press("p")).toEqual({ kind: "step", by: -1 });
  expect(press("3")).toEqual({ kind: "toggleClass", place: 2 });
  expect(press("0")).toEqual({ kind: "fit" });
  expect(press("m")).toEqual({ kind: "map" });
  expect(press("U")).toEqual({ kind: "nuclei" });
  expect(press("Escape")).toEqual({ kind: "deselect" });
});

it("leaves the browser's own keys alone", () => {
  expect(press("p", { ctrlKey: true })).toBeNull();
  expect(press("0", { metaKey: true })).toBeNull();
  expect(press("Tab")).toBeNull();
  expect(press("x")).toBeNull();
});
