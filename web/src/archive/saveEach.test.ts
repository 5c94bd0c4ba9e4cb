import { expect, it } from "vitest";

import type { CaseDocument } from "../api/types";
import { withFile } from "./saveEach";

const CASES = [
  { id: "a", state: "done", kind: "smear" },
  { id: "b", state: "failed", kind: "smear" },
  { id: "c", state: "done", kind: "volume" },
] as CaseDocument[];

it("knows which cases have a file", () => {
  const ids = (file: Parameters<typeof withFile>[1]) => withFile(CASES, file).map(({ id }) => id);
  expect(ids("report.pdf")).toEqual(["a", "c"]);
  expect(ids("cells.csv")).toEqual(["a"]);
});
