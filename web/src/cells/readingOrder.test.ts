import { expect, it } from "vitest";

import { neighbour, readingOrder } from "./readingOrder";

const cell = (id: number, x: number, y: number) => ({ id, box: [x, y, x + 10, y + 10] as [number, number, number, number] });

it("goes line by line, although cells of a line differ a little in height", () => {
  const cells = [cell(1, 90, 2), cell(2, 10, 31), cell(3, 50, 0), cell(4, 5, 4), cell(5, 60, 32)];
  expect(readingOrder(cells).map((c) => c.id)).toEqual([4, 3, 1, 2, 5]);
});

it("goes round at both ends and starts where it should", () => {
  const cells = [{ id: 7 }, { id: 8 }, { id: 9 }];
  expect(neighbour(cells, 9, 1)?.id).toBe(7);
  expect(neighbour(cells, 7, -1)?.id).toBe(9);
  expect(neighbour(cells, null, 1)?.id).toBe(7);
  expect(neighbour(cells, null, -1)?.id).toBe(9);
  expect(neighbour(cells, 1234, 1)?.id).toBe(7);
  expect(neighbour([], 7, 1)).toBeNull();
});
