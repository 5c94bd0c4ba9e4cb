import { describe, expect, it } from "vitest";

import { actionOf, KEY_HELP } from "./stageKeys";

const press = (key: string, held = {}) => actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe("keys of the 3D stage", () => {
  it("turn, zoom and reset", () => {
    expect(press("ArrowLeft")).toEqual({ kind: "turn", across: -1, up: 0 });
    expect(press("+")).toEqual({ kind: "zoom", by: 1 });
    expect(press("0")).toEqual({ kind: "reset" });
  });

  it("leave the browser's own shortcuts alone", () => {
    expect(press("0", { ctrlKey: true })).toBeNull();
    expect(press("ArrowLeft", { altKey: true })).toBeNull();
  });

  it("are all told", () => {
    for (const key of ["C", ",", ".", "L", "T", "N", "P", "F", "0"]) {
      expect(press(key)).not.toBeNull();
      expect(KEY_HELP.some(([keys]) => keys.split(" / ").includes(key))).toBe(true);
    }
  });
});
