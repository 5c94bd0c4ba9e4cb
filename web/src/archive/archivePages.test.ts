import { expect, it } from "vitest";

import type { CaseDocument } from "../api/types";
import { loadedCases, nextAfter, totalOf, withChanged, without, type LoadedArchive } from "./archivePages";

const named = (id: string, name = id) => ({ id, name }) as CaseDocument;
const archive: LoadedArchive = {
  pageParams: [null, "b"],
  pages: [
    { cases: [named("a"), named("b")], total: 5 },
    { cases: [named("c"), named("d")], total: 5 },
  ],
};
const ids = (loaded: LoadedArchive) => loadedCases(loaded).map((one) => one.id);

it("goes on after the last case until all are loaded", () => {
  const [first, second] = archive.pages as [LoadedArchive["pages"][0], LoadedArchive["pages"][0]];
  expect(nextAfter(second, [first, second])).toBe("d");
  expect(nextAfter({ ...second, total: 4 }, [first, second])).toBeUndefined();
  expect(nextAfter({ cases: [], total: 0 }, [{ cases: [], total: 0 }])).toBeUndefined();
});

it("changes a case in its place, and takes a new one in front only where told to", () => {
  const changed = withChanged(archive, named("c", "renamed"), false);
  expect(loadedCases(changed)[2]?.name).toBe("renamed");
  expect(ids(withChanged(archive, named("new"), false))).toEqual(ids(archive));
  const added = withChanged(archive, named("new"), true);
  expect([ids(added)[0], totalOf(added)]).toEqual(["new", 6]);
});

it("counts what is taken out once", () => {
  const left = without(archive, new Set(["b", "d", "unknown"]));
  expect([ids(left), totalOf(left)]).toEqual([["a", "c"], 3]);
  expect(nextAfter(left.pages[1] ?? { cases: [], total: 0 }, left.pages)).toBe("c");
});
