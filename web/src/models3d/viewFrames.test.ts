import { describe, expect, it } from "vitest";

import { viewFrames } from "./viewFrames";

describe("views of a stage", () => {
  it("fill it side by side, or one above the other", () => {
    expect(viewFrames({ width: 800, height: 600 }, 2)).toEqual([
      { left: 0, top: 0, width: 400, height: 600 },
      { left: 400, top: 0, width: 400, height: 600 },
    ]);
    expect(viewFrames({ width: 390, height: 500 }, 2)[1]).toEqual({ left: 0, top: 250, width: 390, height: 250 });
    expect(viewFrames({ width: 390, height: 500 }, 1)).toEqual([{ left: 0, top: 0, width: 390, height: 500 }]);
  });
});
