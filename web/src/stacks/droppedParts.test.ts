import { expect, it } from "vitest";

import { nameOfParts } from "./droppedParts";

const part = (path: string) => ({ path, file: new Blob() });

it("calls an upload as its file or its folder", () => {
  expect(nameOfParts([part("brain.nii.gz")])).toBe("brain.nii.gz");
  expect(nameOfParts([part("case2/day1/a"), part("case2/day1/b")])).toBe("day1.zip");
  expect(nameOfParts([part("case2/day1/a"), part("case2/day2/b")])).toBe("case2.zip");
  expect(nameOfParts([part("a.dcm"), part("b.dcm")])).toBe("stack.zip");
});
