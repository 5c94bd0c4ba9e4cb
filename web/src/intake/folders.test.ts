import { expect, it } from "vitest";

import type { ServerSettings } from "../api/types";
import { foldersOf, picturesAmong, picturesOf } from "./folders";

const part = (path: string) => ({ path, file: new File(["x"], path.split("/").at(-1) ?? "") });
const PARTS = ["top.png", "Monday/S-10/b.JPG", "Monday/S-2/a.png", "Monday/S-2/notes.txt"].map(part);
const LIMITS = { upload_limit_bytes: 1e6, accepted_types: [".png", ".jpg"] } as ServerSettings;

it("takes pictures only, and names their innermost folders once", () => {
  const pictures = picturesAmong(PARTS, LIMITS);
  expect(pictures.map(({ path }) => path)).toEqual(["Monday/S-2/a.png", "Monday/S-10/b.JPG", "top.png"]);
  expect(foldersOf(pictures)).toEqual(["S-2", "S-10"]);
});

it("makes of a folder's name what it was said to mean", () => {
  const said = (meaning: Parameters<typeof picturesOf>[1]) =>
    picturesOf(picturesAmong(PARTS, LIMITS), meaning, { material: "marrow", tags: ["course"] }).map((one) => one.said);
  expect(said("nothing")[0]).toEqual({ material: "marrow", tags: ["course"] });
  expect(said("tag").map(({ tags }) => tags)).toEqual([["course", "S-2"], ["course", "S-10"], ["course"]]);
  expect(said("specimen").map(({ specimen }) => specimen)).toEqual(["S-2", "S-10", undefined]);
});
