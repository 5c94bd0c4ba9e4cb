import { expect, it } from "vitest";

import { seenHalf, wholePose } from "./cameraPose";

it("sees a box from the front and from above as wide and as high as it is", () => {
  expect(seenHalf([3, 2, 1], 0, Math.PI / 2).width).toBeCloseTo(3);
  expect(seenHalf([3, 2, 1], 0, Math.PI / 2).height).toBeCloseTo(2);
  expect(seenHalf([3, 2, 1], 0, 0).height).toBeCloseTo(1);
  expect(seenHalf([3, 2, 1], Math.PI / 2, Math.PI / 2).width).toBeCloseTo(1);
});

it("shows the whole of the largest model", () => {
  const view = { width: 800, height: 600 };
  const pose = wholePose([[1, 1, 1], [5, 2, 5]], view);
  const seen = seenHalf([5, 2, 5], pose.azimuth, pose.polar);
  expect(2 * seen.width * pose.zoom).toBeLessThan(view.width);
  expect(2 * seen.height * pose.zoom).toBeLessThan(view.height);
  expect(pose).toEqual(wholePose([[5, 2, 5]], view));
});
