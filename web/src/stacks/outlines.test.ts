import { expect, it } from "vitest";

import { edgesOf } from "./outlines";

const plane = (rows: number[][]) => ({
  width: rows[0]?.length ?? 0,
  height: rows.length,
  numbers: Uint8Array.from(rows.flat()),
});
const quads = (edges: number[] | undefined) =>
  Array.from({ length: (edges?.length ?? 0) / 4 }, (_, i) => edges?.slice(4 * i, 4 * i + 4).join(",")).sort();

it("goes round a block in four straight edges", () => {
  const edges = edgesOf(plane([[0, 0, 0, 0], [0, 5, 5, 0], [0, 5, 5, 0]]));
  expect([...edges.keys()]).toEqual([5]);
  expect(quads(edges.get(5))).toEqual(["1,1,1,3", "1,1,3,1", "1,3,3,3", "3,1,3,3"].sort());
});

it("gives each of two touching organs its whole outline", () => {
  const edges = edgesOf(plane([[1, 2]]));
  expect(quads(edges.get(1))).toEqual(["0,0,0,1", "0,0,1,0", "0,1,1,1", "1,0,1,1"].sort());
  expect(quads(edges.get(2))).toEqual(["1,0,1,1", "1,0,2,0", "1,1,2,1", "2,0,2,1"].sort());
});

it("finds nothing where there is nothing", () => expect(edgesOf(plane([[0, 0], [0, 0]])).size).toBe(0));
