import { describe, expect, it } from "vitest";

import { mayHoldLabels, mayLackSpacing, spacingMm } from "./reading";

describe("what a person says of a stack", () => {
  it("is three distances, with a point or a comma", () => {
    expect(spacingMm(["3", "0.75", "0,75"])).toEqual([3, 0.75, 0.75]);
    expect(spacingMm(["", " ", ""])).toBeNull();
  });

  it.each([
    ["3", "", ""],
    ["3", "x", "1"],
    ["0", "1", "1"],
    ["-3", "1", "1"],
    ["1e9", "1", "1"],
  ])("is incomplete as %s, %s, %s", (...typed) => expect(spacingMm(typed)).toBe("incomplete"));

  it("is what labels are called, where there may be some", () => {
    const parts = (...paths: string[]) => paths.map((path) => ({ path, file: new File([], path) }));
    expect(mayHoldLabels(parts("case.ZIP"))).toBe(true);
    expect(mayHoldLabels(parts("s/ct.nii.gz", "s/seg.nii.gz"))).toBe(true);
    expect(mayHoldLabels(parts("scan/IM0001", "scan/IM0002"))).toBe(false);
  });

  it("is asked for where the files may not tell it", () => {
    const part = (path: string) => ({ path, file: new File([], path) });
    expect(mayLackSpacing([part("scan/slice_001.PNG")])).toBe(true);
    expect(mayLackSpacing([part("scan.zip")])).toBe(true);
    expect(mayLackSpacing([part("scan/IM0001.dcm"), part("scan/IM0002.dcm")])).toBe(false);
  });
});
