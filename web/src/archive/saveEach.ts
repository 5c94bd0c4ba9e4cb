import { caseUrl } from "../api/client";
import type { CaseDocument } from "../api/types";

export type SavedFile = "report.pdf" | "findings.json" | "cells.csv";

/** Browsers drop downloads that begin in the same moment. */
const PAUSE_MS = 350;

/** Cases that have a file; cells are in smears only. */
export const withFile = (cases: readonly CaseDocument[], file: SavedFile) =>
  cases.filter(({ state, kind }) => state === "done" && (file !== "cells.csv" || kind === "smear"));

/** Saves a file of each case, one after the other, under the names that the server gives them. */
export async function saveEach(cases: readonly CaseDocument[], file: SavedFile): Promise<void> {
  for (const { id } of withFile(cases, file)) {
    const link = document.createElement("a");
    link.href = `${caseUrl(id)}/${file}`;
    link.download = "";
    link.click();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
