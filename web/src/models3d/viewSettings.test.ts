import { describe, expect, it } from "vitest";

import { changed, SETTINGS_AT_FIRST } from "./viewSettings";

describe("settings of the 3D view", () => {
  it("hides and shows a part", () => {
    const once = changed(SETTINGS_AT_FIRST, { kind: "togglePart", name: "nucleus" });
    expect([...once.hidden]).toEqual(["nucleus"]);
    expect(changed(once, { kind: "togglePart", name: "nucleus" }).hidden.size).toBe(0);
    expect(SETTINGS_AT_FIRST.hidden.size).toBe(0);
  });

  it("keeps an opacity a part", () => {
    const set = changed(SETTINGS_AT_FIRST, { kind: "setOpacity", name: "cytoplasm", opacity: 0.2 });
    expect(set.opacity.get("cytoplasm")).toBe(0.2);
    expect(set.opacity.has("nucleus")).toBe(false);
  });

  it("shows the plane as soon as it is moved, and holds it in the model", () => {
    const moved = changed(SETTINGS_AT_FIRST, { kind: "moveSection", by: 0.1 });
    expect(moved.section).toMatchObject({ on: true, axis: "z" });
    expect(moved.section.place).toBeCloseTo(0.6);
    expect(changed(moved, { kind: "moveSection", by: 3 }).section.place).toBe(0.995);
    expect(changed(moved, { kind: "moveSection", by: -3 }).section.place).toBe(0.005);
  });

  it("forgets everything on reset", () => {
    const changes = [{ kind: "toggleLabels" }, { kind: "toggleSection" }, { kind: "togglePart", name: "a" }] as const;
    const other = changes.reduce(changed, SETTINGS_AT_FIRST);
    expect(other).not.toEqual(SETTINGS_AT_FIRST);
    expect(changed(other, { kind: "reset" })).toEqual(SETTINGS_AT_FIRST);
  });
});
